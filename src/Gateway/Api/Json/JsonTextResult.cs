using Microsoft.AspNetCore.Mvc;

namespace Gateway.Api.Json;

/// <summary>Answers 200 with JSON that is written already.</summary>
internal sealed class JsonTextResult(ReadOnlyMemory<byte> json) : ActionResult
{
    public override Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = json.Length;
        return response.Body.WriteAsync(json, context.HttpContext.RequestAborted).AsTask();
    }
}
