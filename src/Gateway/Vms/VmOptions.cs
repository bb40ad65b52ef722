namespace Gateway.Vms;

/// <summary>One VM of the configuration.</summary>
public sealed class VmOptions
{
    /// <summary>Its monitor: <c>unix:/path</c> or <c>tcp:host:port</c>. Required.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Free words, to filter by. None by default.</summary>
    public Dictionary<string, string> Labels { get; init; } = [];

    /// <summary>Where the gateway offers native QMP for it: <c>unix:/path</c>. Nowhere by default.</summary>
    public string? Monitor { get; init; }

    /// <summary>Sent with <c>set-action</c> on every new run of that QEMU. None by default.</summary>
    public ActionsOptions? Actions { get; init; }
}

/// <summary>Arguments of <c>set-action</c>.</summary>
public sealed class ActionsOptions
{
    /// <summary>On a guest's reboot.</summary>
    public string? Reboot { get; init; }

    /// <summary>On a guest's shutdown.</summary>
    public string? Shutdown { get; init; }

    /// <summary>On a guest's panic.</summary>
    public string? Panic { get; init; }

    /// <summary>When the watchdog's timer runs out.</summary>
    public string? Watchdog { get; init; }
}
