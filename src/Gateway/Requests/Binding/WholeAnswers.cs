using Microsoft.AspNetCore.Mvc.Filters;

namespace Gateway.Requests.Binding;

/// <summary>
/// Sends an answer whole once there is one, also where the caller's key is taken away meanwhile: a write that is cancelled ends the connection, and the
/// caller would hear neither the answer nor that the key is gone. So what the gateway writes itself is written without a token, and here the framework's
/// is taken from it. The server ends a write to a caller that hung up; streams are no results of actions.
/// </summary>
internal sealed class WholeAnswers : IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context) => context.HttpContext.RequestAborted = CancellationToken.None;

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
