namespace Gateway.Vms.Status;

/// <summary>A command of this gateway that may change the status.</summary>
internal sealed class SentCommand(string name, string who)
{
    private readonly (string? Effect, string[] States) transition = StatusTransitions.Of(name);

    public string Name => name;

    public StatusCause Cause { get; } = new(name, entry: null, who);

    /// <summary>The event that reports the effect of the command; null if there is no such event.</summary>
    public string? Effect => transition.Effect;

    /// <summary>Whether the command has taken effect by the time QEMU replies.</summary>
    public bool IsBrief { get; set; } = StatusTransitions.IsBrief(name);

    /// <summary>Whether QEMU has replied, or nobody waits for the reply.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>Whether the command cannot be the cause of a status that QEMU reports later.</summary>
    public bool IsOver => IsBrief && IsAnswered;

    public bool LeadsTo(string state) => transition.States.Contains(state);

    /// <summary>Whether a state is the final one that the command leads to.</summary>
    public bool EndsIn(string state) => Effect is null && transition.States[^1] == state;

    /// <summary>Whether STOP or RESUME shows that the command had no effect. An effect would have been reported before it.</summary>
    public bool IsOverBy(string general) => IsAnswered && Effect is not null && StatusTransitions.IsGeneral(Effect) && Effect != general;
}
