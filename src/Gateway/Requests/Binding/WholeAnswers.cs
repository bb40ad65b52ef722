using Microsoft.AspNetCore.Mvc.Filters;

namespace Gateway.Requests.Binding;

/// <summary>
/// Sends a response whole, even if the caller's key is revoked while it is sent. A cancelled write would end the connection, and the caller would receive
/// neither the response nor the reason. So the gateway writes its own responses without a cancellation token, and this filter removes the framework's token.
/// Kestrel still ends a write to a caller that disconnected. Streams are not affected, because they are not action results.
/// </summary>
internal sealed class WholeAnswers : IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context) => context.HttpContext.RequestAborted = CancellationToken.None;

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
