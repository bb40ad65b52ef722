using System.IO.Pipelines;

namespace QmpGateway.Qmp;

/// <summary>The bytes to and from one monitor, whatever carries them.</summary>
/// <param name="pipe">What came and what goes.</param>
/// <param name="peer">
/// Names the process at the other end: the same text for the same process, another for another one. Null where the
/// transport cannot tell.
/// </param>
/// <param name="close">
/// Cuts the line: a write under way ends, and reading ends once what had already come is read. Must not throw.
/// </param>
public sealed class QmpTransport(IDuplexPipe pipe, string? peer = null, Action? close = null) : IAsyncDisposable
{
    /// <summary>What comes from QEMU.</summary>
    public PipeReader Input => pipe.Input;

    /// <summary>What goes to QEMU.</summary>
    public PipeWriter Output => pipe.Output;

    /// <summary>The process at the other end, or null.</summary>
    public string? Peer => peer;

    /// <summary>Cuts the line, at once. May be called more than once.</summary>
    public void Close() => close?.Invoke();

    /// <summary>Cuts the line and gives the buffers back; nobody may be reading or writing.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        await Input.CompleteAsync().ConfigureAwait(false);
        await Output.CompleteAsync().ConfigureAwait(false);
    }
}
