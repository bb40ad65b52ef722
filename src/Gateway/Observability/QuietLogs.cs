using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Observability;

/// <summary>What the log leaves out.</summary>
internal static class QuietLogs
{
    /// <summary>
    /// Leaves out ASP.NET's lines about each request, those that hold one whatever the configuration says (<see cref="PrivateLogs"/>), and repetitions.
    /// </summary>
    public static void UseQuietLogs(this WebApplicationBuilder builder)
    {
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData =
            [
                KeyValuePair.Create("Logging:LogLevel:Microsoft.AspNetCore", (string?)"Warning"),
                KeyValuePair.Create("Logging:LogLevel:Gateway.Security.KeyAuthentication", (string?)"Warning"),
            ],
        });
        builder.Services.AddSingleton<LoggerFactory>();
        builder.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory, BriefLogs>());
    }
}
