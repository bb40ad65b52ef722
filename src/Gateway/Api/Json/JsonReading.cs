using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Gateway.Api.Problems;
using Qmp;

namespace Gateway.Api.Json;

/// <summary>How JSON is read and written here.</summary>
public static class JsonReading
{
    // As deep as QEMU nests, and the levels that the gateway puts around it.
    private const int MaxDepth = 1024 + 8;

    /// <summary>For what QEMU or the gateway wrote.</summary>
    public static JsonDocumentOptions Own { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>For what clients write: no comments, no trailing commas, no member twice.</summary>
    public static JsonDocumentOptions Strict { get; } = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>What a client wrote.</summary>
    /// <exception cref="InvalidRequestException">It is no strict JSON.</exception>
    public static JsonDocument Document(ReadOnlyMemory<byte> utf8, string field)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            throw new InvalidRequestException(field, "is no UTF-8");
        }

        try
        {
            return JsonDocument.Parse(utf8, Strict);
        }
        catch (JsonException malformed)
        {
            throw new InvalidRequestException(field, $"is not valid JSON: {malformed.Message}");
        }
        catch (InvalidOperationException)
        {
            // What .NET meets when it compares names to find those that come twice.
            throw new InvalidRequestException(field, "has a name with half a surrogate pair");
        }
    }

    /// <summary>How the gateway writes its own objects, and the hub too.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.MaxDepth = MaxDepth;
        options.Converters.Add(new Times());
    }

    /// <summary>The same value for types that hold JSON as an element.</summary>
    public static JsonElement ToElement(this JsonText text) => JsonElement.Parse(text.Utf8.Span, Own);

    /// <summary>A string's text; where it holds half a surrogate pair, which is no text, its spelling.</summary>
    public static string TextOf(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return text.GetRawText()[1..^1];
        }
    }

    /// <summary>A string's text, and the spelling of what is no string.</summary>
    public static string TextOfAny(JsonElement value) => value.ValueKind == JsonValueKind.String ? TextOf(value) : value.GetRawText();

    /// <summary>A member's name, or its spelling, likewise.</summary>
    public static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(member));
        }
    }
}
