using Gateway.Access;
using Gateway.Requests.Problems;

namespace Gateway.Security;

/// <summary>Ends a caller's open requests and streams when its key is revoked or its token expires.</summary>
internal sealed class AccessEnd(RequestDelegate next, TimeProvider time, ProblemWriter problems)
{
    private const string Ended = "The key was removed or the token expired during the request.";

    public async Task InvokeAsync(HttpContext context)
    {
        var access = context.User.Access();
        if (access is { Revoked.CanBeCanceled: false, Expires: null })
        {
            await next(context);
            return;
        }

        var callerGone = context.RequestAborted;
        using var expired = access.Expires is { } expires ? new CancellationTokenSource(Positive(expires - time.GetUtcNow()), time) : null;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(callerGone, access.Revoked, expired?.Token ?? CancellationToken.None);
        context.RequestAborted = over.Token;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !callerGone.IsCancellationRequested && !context.Response.HasStarted)
        {
            context.RequestAborted = callerGone;
            await problems.WriteAsync(context, HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
                ? ProblemMapper.Of(ProblemKind.Unauthenticated, Ended)
                : ProblemMapper.Of(ProblemKind.Unauthenticated, $"{Ended} A command that was already sent may still take effect.") with { Outcome = "unknown" });
        }
    }

    // A timer runs for at most 49 days, which is longer than any stream should last.
    private static TimeSpan Positive(TimeSpan left) => left < TimeSpan.FromDays(49) ? left > TimeSpan.Zero ? left : TimeSpan.Zero : TimeSpan.FromDays(49);
}
