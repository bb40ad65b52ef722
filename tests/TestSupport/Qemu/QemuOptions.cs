namespace TestSupport.Qemu;

/// <summary>How a <see cref="RealQemu"/> is started.</summary>
public sealed record QemuOptions
{
    /// <summary>The machine; all but <c>pc</c>, such as <c>none</c>, come without disk and debug console.</summary>
    public string Machine { get; init; } = "pc";

    /// <summary>The disk that it boots, one of <see cref="Guests"/>; without one the firmware finds nothing to boot.</summary>
    public byte[]? Guest { get; init; }

    /// <summary>Starts in <c>prelaunch</c> (<c>-S</c>): the guest runs after <c>cont</c>.</summary>
    public bool Paused { get; init; }

    /// <summary>The monitor under test listens on a port of the loopback that QEMU picks, instead of a Unix socket.</summary>
    public bool Tcp { get; init; }

    /// <summary>Where the monitor under test has its Unix socket, if not in the QEMU's own directory.</summary>
    public string? SocketPath { get; init; }

    /// <summary>More of the command line. Relative paths are in the QEMU's own directory: see <see cref="RealQemu.PathOf"/>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];
}
