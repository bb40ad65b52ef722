namespace Gateway.Settings;

/// <summary>Settings that may change while the gateway runs.</summary>
/// <typeparam name="T">A section of the configuration. It is immutable and replaced as a whole.</typeparam>
/// <param name="started">The settings at startup.</param>
public sealed class Current<T>(T started)
    where T : class
{
    private volatile T value = started;

    /// <summary>The settings in force.</summary>
    public T Value
    {
        get => value;
        internal set => this.value = value;
    }
}
