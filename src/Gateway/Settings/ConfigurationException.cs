namespace Gateway.Settings;

/// <summary>The configuration, or data that it refers to, is invalid. The gateway does not start.</summary>
public sealed class ConfigurationException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>Creates an exception with one error.</summary>
    public ConfigurationException(string fault)
        : this([fault])
    {
    }
}
