using Microsoft.AspNetCore.Mvc;

namespace Gateway.Requests.Binding;

/// <summary>Responds with status 200 and serialized JSON, and sends it whole: see <see cref="WholeAnswers"/>.</summary>
internal sealed class JsonTextResult(ReadOnlyMemory<byte> json) : ActionResult
{
    public override Task ExecuteResultAsync(ActionContext context) => WriteAsync(context.HttpContext, json);

    /// <summary>Writes the same response from an endpoint that is not an action.</summary>
    public static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(json).AsTask();
    }
}
