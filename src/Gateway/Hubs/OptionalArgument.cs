using System.Buffers;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Gateway.Hubs;

/// <summary>Parses a call of a hub method without its argument as one whose argument is null: SignalR knows no optional parameters.</summary>
internal static class OptionalArgument
{
    /// <summary>The call; null where it has arguments, or the method takes another number of them than one.</summary>
    public static HubMessage? TryParse(IHubProtocol protocol, ReadOnlySequence<byte> input, IInvocationBinder binder) =>
        protocol.TryParseMessage(ref input, new NoParameters(binder), out var message) ? message switch
        {
            StreamInvocationMessage { Arguments: [] } call when TakesOne(binder, call.Target) =>
                new StreamInvocationMessage(call.InvocationId!, call.Target, [null], call.StreamIds) { Headers = call.Headers },
            InvocationMessage { Arguments: [] } call when TakesOne(binder, call.Target) =>
                new InvocationMessage(call.InvocationId, call.Target, [null], call.StreamIds) { Headers = call.Headers },
            _ => null,
        }
        : null;

    private static bool TakesOne(IInvocationBinder binder, string method)
    {
        try
        {
            return binder.GetParameterTypes(method).Count == 1;
        }
        catch (HubException)
        {
            // No such method: the dispatcher says so to the caller, and an exception here would end the connection.
            return false;
        }
    }

    private sealed class NoParameters(IInvocationBinder inner) : IInvocationBinder
    {
        public Type GetReturnType(string invocationId) => inner.GetReturnType(invocationId);

        public IReadOnlyList<Type> GetParameterTypes(string methodName) => [];

        public Type GetStreamItemType(string streamId) => inner.GetStreamItemType(streamId);
    }
}
