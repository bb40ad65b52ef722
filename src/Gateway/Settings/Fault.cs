namespace Gateway.Settings;

/// <summary>Validates settings.</summary>
internal static class Fault
{
    /// <summary>Returns the error, unless the setting is valid.</summary>
    public static IEnumerable<string> Unless(bool right, string fault) => right ? [] : [fault];
}
