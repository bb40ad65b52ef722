using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Gateway.Requests.Problems;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Gateway.Hubs;

/// <summary>
/// A hub protocol whose errors begin with the problem's slug: SignalR puts a sentence of its own before the message of a
/// <see cref="HubException"/>, and clients tell problems apart by how the message starts. It also accepts calls that leave out an optional argument.
/// </summary>
internal sealed class PlainErrors(IHubProtocol inner) : IHubProtocol
{
    private const string Preamble = $"{nameof(HubException)}: ";

    public string Name => inner.Name;

    public int Version => inner.Version;

    public TransferFormat TransferFormat => inner.TransferFormat;

    public bool IsVersionSupported(int version) => inner.IsVersionSupported(version);

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        var start = input;
        var parsed = inner.TryParseMessage(ref input, binder, out message);
        if (message is InvocationBindingFailureMessage && OptionalArgument.TryParse(inner, start, binder) is { } call)
        {
            message = call;
        }

        if (message is InvocationBindingFailureMessage failed)
        {
            // The number of arguments, say: no filter of the hub sees it, and its message would not reach the client.
            message = new InvocationBindingFailureMessage(failed.InvocationId, failed.Target, ExceptionDispatchInfo.Capture(
                new HubException($"{ProblemKind.InvalidRequest.Slug}: {failed.Target}: {failed.BindingFailure.SourceException.Message}")));
        }

        return parsed;
    }

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => inner.WriteMessage(Plain(message), output);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => inner.GetMessageBytes(Plain(message));

    private static HubMessage Plain(HubMessage message) =>
        message is CompletionMessage { Error: { } error } completion && error.IndexOf(Preamble, StringComparison.Ordinal) is var at and >= 0
            ? CompletionMessage.WithError(completion.InvocationId!, error[(at + Preamble.Length)..])
            : message;
}
