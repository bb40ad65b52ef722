namespace Gateway.EndToEnd.Support;

/// <summary>The gateway ended, and nobody had asked it to.</summary>
public sealed class GatewayExitedException(int exitCode, string log) : Exception($"The gateway ended with {exitCode}: {log}")
{
    public int ExitCode => exitCode;

    public string Log => log;
}
