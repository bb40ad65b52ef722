using Microsoft.Extensions.Configuration.Memory;

namespace Gateway.Observability;

/// <summary>What the log leaves out unless the configuration asks for it.</summary>
internal static class QuietLogs
{
    /// <summary>Leaves out ASP.NET's lines about each request, which hold its whole URL.</summary>
    public static void UseQuietLogs(this WebApplicationBuilder builder) => ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource
    {
        InitialData = [KeyValuePair.Create("Logging:LogLevel:Microsoft.AspNetCore", (string?)"Warning")],
    });
}
