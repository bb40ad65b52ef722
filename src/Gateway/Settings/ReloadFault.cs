namespace Gateway.Settings;

/// <summary>Reports whether the last reload of the configuration failed.</summary>
public sealed class ReloadFault
{
    private volatile string? text;

    /// <summary>Why the configuration files in their current version were not applied. Null if they were.</summary>
    public string? Text
    {
        get => text;
        internal set => text = value;
    }
}
