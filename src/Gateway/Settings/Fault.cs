namespace Gateway.Settings;

/// <summary>States what a setting must be.</summary>
internal static class Fault
{
    /// <summary>The fault, unless the setting is right.</summary>
    public static IEnumerable<string> Unless(bool right, string fault) => right ? [] : [fault];
}
