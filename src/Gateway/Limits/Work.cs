namespace Gateway.Limits;

/// <summary>The kind of work that a place is for. Each kind has separate places, so that one kind does not block another.</summary>
public enum Work
{
    /// <summary>A request that does not wait for a VM: lists, history, definitions.</summary>
    Request,

    /// <summary>A command to QEMU, including reads.</summary>
    Command,

    /// <summary>A lifecycle or out-of-band command. It must get through while other commands wait for a QEMU that hangs.</summary>
    Urgent,

    /// <summary>A stream, a subscription or a wait: open for a long time, at little cost.</summary>
    Reader,
}
