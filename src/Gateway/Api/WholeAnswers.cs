using Microsoft.AspNetCore.Mvc.Filters;

namespace Gateway.Api;

/// <summary>
/// Sends an answer whole once there is one, also where the caller's key is taken away meanwhile: a write that is cancelled ends the connection, and the
/// caller would hear neither the answer nor that the key is gone. A caller that hangs up ends it anyway, and streams are no results of actions.
/// </summary>
internal sealed class WholeAnswers : IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context) => Begin(context.HttpContext);

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }

    /// <summary>From here on, the request is ended by nothing but its connection.</summary>
    public static void Begin(HttpContext context) => context.RequestAborted = CancellationToken.None;
}
