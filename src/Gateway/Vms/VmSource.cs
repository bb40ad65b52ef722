namespace Gateway.Vms;

/// <summary>Where the definition of a VM comes from. If two sources define the same id, the first in this order wins.</summary>
public enum VmSource
{
    /// <summary>The configuration.</summary>
    Configuration,

    /// <summary>A client of the API.</summary>
    Api,

    /// <summary>A socket found in a watched directory.</summary>
    Discovery,
}
