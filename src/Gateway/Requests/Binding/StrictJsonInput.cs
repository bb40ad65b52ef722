using Gateway.Json;
using Microsoft.AspNetCore.Mvc.Formatters;

namespace Gateway.Requests.Binding;

/// <summary>Reads request bodies, with a reader for each type.</summary>
internal sealed class StrictJsonInput : InputFormatter
{
    private readonly Dictionary<Type, Func<JsonBody, object>> readers = [];

    private const string Json = "application/json";

    public StrictJsonInput()
    {
        SupportedMediaTypes.Add(Json);
        SupportedMediaTypes.Add("application/*+json");
    }

    /// <summary>Returns only the usual media type, for the OpenAPI document.</summary>
    public override IReadOnlyList<string> GetSupportedContentTypes(string? contentType, Type objectType) => [Json];

    public StrictJsonInput With<T>(Func<JsonBody, T> read)
        where T : class
    {
        readers.Add(typeof(T), read);
        return this;
    }

    /// <summary>Also reads empty bodies, which the base class would skip.</summary>
    public override Task<InputFormatterResult> ReadAsync(InputFormatterContext context) => ReadRequestBodyAsync(context);

    public override async Task<InputFormatterResult> ReadRequestBodyAsync(InputFormatterContext context)
    {
        var body = await context.HttpContext.ReadBodyAsync(context.HttpContext.RequestAborted);
        if (body.IsEmpty)
        {
            return context.TreatEmptyInputAsDefaultValue ? await InputFormatterResult.SuccessAsync(null!) : throw new InvalidRequestException("body", "is missing");
        }

        var document = JsonReading.Document(body, "body");
        // Values that are read from the document may refer to its memory.
        context.HttpContext.Response.RegisterForDispose(document);
        return await InputFormatterResult.SuccessAsync(JsonBody.Read(document.RootElement, "body", readers[context.ModelType]));
    }

    protected override bool CanReadType(Type type) => readers.ContainsKey(type);
}
