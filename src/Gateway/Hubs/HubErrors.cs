using Gateway.Api.Problems;
using Microsoft.AspNetCore.SignalR;

namespace Gateway.Hubs;

/// <summary>Tells the hub's clients of failures in the words of the API's problems: the slug, a colon, the detail.</summary>
internal sealed class HubErrors : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next) =>
        await TellAsync(() => next(invocationContext));

    public static async ValueTask<T> TellAsync<T>(Func<ValueTask<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception failure) when (ProblemMapper.Map(failure) is not null)
        {
            var problem = ProblemMapper.Map(failure)!;
            throw new HubException($"{problem.Type[(problem.Type.LastIndexOf(':') + 1)..]}: {problem.Detail}", failure);
        }
    }
}
