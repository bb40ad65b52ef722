using Gateway.Api.Problems;
using Microsoft.AspNetCore.Mvc.Formatters;

namespace Gateway.Api.Json;

/// <summary>Reads request bodies, each type with the reader that knows it.</summary>
internal sealed class StrictJsonInput : InputFormatter
{
    private readonly Dictionary<Type, Func<JsonBody, object>> readers = [];

    public StrictJsonInput() => SupportedMediaTypes.Add("application/json");

    public StrictJsonInput With<T>(Func<JsonBody, T> read)
        where T : class
    {
        readers.Add(typeof(T), read);
        return this;
    }

    /// <summary>Also of an empty body, which the base class would not read.</summary>
    public override Task<InputFormatterResult> ReadAsync(InputFormatterContext context) => ReadRequestBodyAsync(context);

    public override async Task<InputFormatterResult> ReadRequestBodyAsync(InputFormatterContext context)
    {
        var request = context.HttpContext.Request;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.HttpContext.RequestAborted);
        return body.Length == 0
            ? (context.TreatEmptyInputAsDefaultValue ? await InputFormatterResult.SuccessAsync(null!) : throw new InvalidRequestException("body", "is missing"))
            : await InputFormatterResult.SuccessAsync(
                JsonBody.Read(body.GetBuffer().AsMemory(0, (int)body.Length), "body", readers[context.ModelType]));
    }

    protected override bool CanReadType(Type type) => readers.ContainsKey(type);
}
