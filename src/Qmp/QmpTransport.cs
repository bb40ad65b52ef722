using System.IO.Pipelines;

namespace QmpGateway.Qmp;

/// <summary>A byte stream to and from one monitor, such as a socket.</summary>
/// <param name="pipe">The received bytes and the bytes to send.</param>
/// <param name="peer">
/// Identifies the process at the other end: equal for the same process, different for another one. Null if the
/// transport cannot tell.
/// </param>
/// <param name="close">
/// Closes the connection. A pending write ends, and reading ends after all received bytes are read. It must not throw.
/// </param>
public sealed class QmpTransport(IDuplexPipe pipe, string? peer = null, Action? close = null) : IAsyncDisposable
{
    /// <summary>The bytes from QEMU.</summary>
    public PipeReader Input => pipe.Input;

    /// <summary>The bytes to QEMU.</summary>
    public PipeWriter Output => pipe.Output;

    /// <summary>Identifies the process at the other end; null if the transport cannot tell.</summary>
    public string? Peer => peer;

    /// <summary>Closes the connection immediately. It may be called more than once.</summary>
    public void Close() => close?.Invoke();

    /// <summary>Closes the connection and releases the buffers. No read or write may be in progress.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        await Input.CompleteAsync().ConfigureAwait(false);
        await Output.CompleteAsync().ConfigureAwait(false);
    }
}
