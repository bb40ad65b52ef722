using Gateway.Requests.Problems;
using Microsoft.AspNetCore.SignalR;

namespace Gateway.Hubs;

/// <summary>
/// Reports failures to the hub's clients with the same texts as the API's problems: the slug, a colon, the detail. Only bugs of the gateway are
/// logged, because a client could otherwise fill the log with invalid calls.
/// </summary>
public sealed partial class HubErrors(ILogger<HubErrors> logger) : IHubFilter
{
    /// <inheritdoc/>
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next) =>
        await TellAsync(() => next(invocationContext));

    /// <summary>Runs an action for a client and converts its exceptions.</summary>
    /// <exception cref="HubException">The action failed with an exception that maps to a problem.</exception>
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

            throw new HubException($"{problem.Slug}: {problem.Detail}", failure);
        }
    }

    [LoggerMessage(51, LogLevel.Error, "A hub call failed.")]
    private partial void LogFault(Exception fault);
}
