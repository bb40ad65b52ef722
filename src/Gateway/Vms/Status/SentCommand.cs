namespace Gateway.Vms.Status;

/// <summary>An own command that may lead to another status.</summary>
internal sealed class SentCommand(string name, string who)
{
    private readonly (string? Effect, string[] States) transition = StatusTransitions.Of(name);

    public string Name => name;

    public StatusCause Cause { get; } = new(name, entry: null, who);

    /// <summary>The event that reports its effect; null where none does.</summary>
    public string? Effect => transition.Effect;

    /// <summary>Whether its effect is there by the time QEMU answers it.</summary>
    public bool IsBrief { get; set; } = StatusTransitions.IsBrief(name);

    /// <summary>Whether QEMU answered it, or nobody waits for the answer.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>Whether a status that QEMU tells from now on is not its doing.</summary>
    public bool IsOver => IsBrief && IsAnswered;

    public bool LeadsTo(string state) => transition.States.Contains(state);

    /// <summary>Whether a state is the last that it leads to.</summary>
    public bool EndsIn(string state) => Effect is null && transition.States[^1] == state;

    /// <summary>Whether STOP or RESUME shows that it had no effect: an effect would have been reported before.</summary>
    public bool IsOverBy(string general) => IsAnswered && Effect is not null && StatusTransitions.IsGeneral(Effect) && Effect != general;
}
