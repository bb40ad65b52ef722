namespace Gateway.EndToEnd.Soak;

/// <summary>What the gateway's log may say: nothing of faults but those that were made.</summary>
internal static class SoakLog
{
    private const string Locked = "The journal cannot be written, so events wait in memory";

    public static void Check(string log, SoakReport report)
    {
        var lines = log.Split('\n');
        for (var i = 0; i + 1 < lines.Length; i++)
        {
            if (lines[i].StartsWith("fail: ", StringComparison.Ordinal) || lines[i].StartsWith("crit: ", StringComparison.Ordinal) || lines[i].StartsWith("Unhandled", StringComparison.Ordinal))
            {
                report.Count("errors in the log");
                report.Hold(lines[i + 1].Contains(Locked, StringComparison.Ordinal), () => string.Join(' ', lines[i..Math.Min(lines.Length, i + 6)].Select(static line => line.Trim())));
            }
        }

        report.Count("lines in the log", lines.Length);
    }
}
