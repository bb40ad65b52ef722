namespace Gateway.Settings;

/// <summary>Whether the configuration files, as they are now, are in force.</summary>
public sealed class ReloadFault
{
    private volatile string? text;

    /// <summary>Why the configuration as it is written now was not applied; null if it was.</summary>
    public string? Text
    {
        get => text;
        internal set => text = value;
    }
}
