namespace Gateway.Settings;

/// <summary>The configuration is wrong, or the data that it leads to: the gateway does not start.</summary>
public sealed class ConfigurationException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>One fault.</summary>
    public ConfigurationException(string fault)
        : this([fault])
    {
    }
}
