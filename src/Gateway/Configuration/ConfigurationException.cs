namespace Gateway.Configuration;

/// <summary>The configuration is wrong: the gateway does not start.</summary>
public sealed class ConfigurationException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>One fault.</summary>
    public ConfigurationException(string fault)
        : this([fault])
    {
    }
}
