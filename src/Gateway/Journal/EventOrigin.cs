namespace Gateway.Journal;

/// <summary>Who reports an event.</summary>
public enum EventOrigin
{
    /// <summary>QEMU.</summary>
    Qemu,

    /// <summary>The gateway.</summary>
    Gateway,
}
