namespace TestSupport.Qemu;

/// <summary>Signals by their Linux numbers.</summary>
public enum QemuSignal
{
    /// <summary>SIGINT: as SIGTERM.</summary>
    Interrupt = 2,

    /// <summary>SIGKILL: the end without a word.</summary>
    Kill = 9,

    /// <summary>SIGTERM: SHUTDOWN with the reason <c>host-signal</c>.</summary>
    Terminate = 15,

    /// <summary>SIGCONT: ends <see cref="Stop"/>.</summary>
    Continue = 18,

    /// <summary>SIGSTOP: hangs the whole process; its listening sockets still accept.</summary>
    Stop = 19,
}
