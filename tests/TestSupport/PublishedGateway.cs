namespace TestSupport;

/// <summary>What is deployed: the scripts that run tests and benchmarks publish it first.</summary>
public static class PublishedGateway
{
    /// <summary>The program. Its directory stands in that of the gateway's builds: from tests/THIS/bin/CONFIGURATION/FRAMEWORK, five up.</summary>
    public static string Program { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "..", "src", "Gateway", "bin", "published", "Gateway"));
}
