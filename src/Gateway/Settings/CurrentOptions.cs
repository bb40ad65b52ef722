using Gateway.Configuration;

namespace Gateway.Settings;

/// <summary>The configuration that holds now: some of it may change while the gateway runs.</summary>
public sealed class CurrentOptions(GatewayOptions started)
{
    private volatile GatewayOptions value = started;

    /// <summary>The options.</summary>
    public GatewayOptions Value
    {
        get => value;
        internal set => this.value = value;
    }

    /// <summary>What is wrong with the configuration as it is written now, and not taken; null where it is taken.</summary>
    public string? Trouble { get; internal set; }
}
