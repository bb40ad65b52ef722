namespace Gateway.Tests;

/// <summary>How a <see cref="FakeVm"/> receives a client.</summary>
public enum Reception
{
    /// <summary>Greets and negotiates.</summary>
    Normal,

    /// <summary>Says nothing, as to a second client.</summary>
    Silent,

    /// <summary>Greets, but does not answer <c>qmp_capabilities</c>: the main loop hangs.</summary>
    Stuck,

    /// <summary>Refuses <c>qmp_capabilities</c>.</summary>
    Refusing,

    /// <summary>Is no QEMU.</summary>
    Garbage,

    /// <summary>Hangs up at once.</summary>
    HangingUp,
}
