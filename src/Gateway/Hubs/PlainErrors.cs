using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Gateway.Requests.Problems;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Gateway.Hubs;

/// <summary>
/// A hub protocol whose errors start with the problem's slug, because clients distinguish problems by the start of the message. SignalR puts a sentence
/// before the message of a <see cref="HubException"/>, and this removes it. It also accepts calls without an optional argument.
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
            // For example, a wrong number of arguments. Hub filters do not run for this failure, and its message would not reach the client.
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
