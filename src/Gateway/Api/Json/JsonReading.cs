using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
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
