using Gateway.Requests.Problems;
using Microsoft.AspNetCore.SignalR;

namespace Gateway.Hubs;

/// <summary>
/// Tells the hub's clients of failures in the words of the API's problems: the slug, a colon, the detail. Only a fault of the gateway's
/// own is logged: a client could fill the log with what it does wrong.
/// </summary>
public sealed partial class HubErrors(ILogger<HubErrors> logger) : IHubFilter
{
    /// <inheritdoc/>
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next) =>
        await TellAsync(() => next(invocationContext));

    /// <summary>Does something for a client, and tells it of a failure.</summary>
    /// <exception cref="HubException">It failed for a reason that the client is told.</exception>
    public async ValueTask<T> TellAsync<T>(Func<ValueTask<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            if (ProblemMapper.Map(failure) is not { } problem)
            {
                LogFault(failure);
                throw;
            }

            throw new HubException($"{problem.Type[(problem.Type.LastIndexOf(':') + 1)..]}: {problem.Detail}", failure);
        }
    }

    [LoggerMessage(51, LogLevel.Error, "A call of the hub failed.")]
    private partial void LogFault(Exception fault);
}
