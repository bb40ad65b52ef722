using System.Buffers;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Gateway.Hubs;

/// <summary>Parses a hub method call without its argument as a call with null, because SignalR does not support optional parameters.</summary>
internal static class OptionalArgument
{
    /// <summary>Returns the call, or null if the call has arguments or the method does not have exactly one parameter.</summary>
    public static HubMessage? TryParse(IHubProtocol protocol, ReadOnlySequence<byte> input, IInvocationBinder binder) =>
        protocol.TryParseMessage(ref input, new NoParameters(binder), out var message) ? message switch
        {
            StreamInvocationMessage { Arguments: [] } call when HasOneParameter(binder, call.Target) =>
                new StreamInvocationMessage(call.InvocationId!, call.Target, [null], call.StreamIds) { Headers = call.Headers },
            InvocationMessage { Arguments: [] } call when HasOneParameter(binder, call.Target) =>
                new InvocationMessage(call.InvocationId, call.Target, [null], call.StreamIds) { Headers = call.Headers },
            _ => null,
        }
        : null;

    private static bool HasOneParameter(IInvocationBinder binder, string method)
    {
        try
        {
            return binder.GetParameterTypes(method).Count == 1;
        }
        catch (HubException)
        {
            // The method does not exist. The dispatcher reports that to the caller; an exception here would close the connection.
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
