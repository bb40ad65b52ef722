using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Observability;

/// <summary>Configures which log lines are left out.</summary>
internal static class QuietLogs
{
    /// <summary>
    /// Leaves out three kinds of lines: ASP.NET Core's lines about each request, unless they are configured; lines that contain parts of requests, always
    /// (<see cref="PrivateLogs"/>); and repetitions (<see cref="BriefLogs"/>).
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
