using Gateway.Access;

namespace Gateway.Security;

/// <summary>Logs at startup who has access without a key.</summary>
internal sealed partial class OpenAccessNotice(AccessRules rules, ILogger<OpenAccessNotice> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!rules.Required && rules.LocalUsers is null)
        {
            LogOpen();
        }
        else if (!rules.Required)
        {
            LogLocalUsers();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(140, LogLevel.Information, "No authentication is configured: every user of this host who can connect is an administrator. Set Gateway:Security:ApiKeys, or Gateway:Security:LocalUsers with a Unix socket in Urls.")]
    private partial void LogOpen();

    [LoggerMessage(141, LogLevel.Information, "Users listed in Gateway:Security:LocalUsers are administrators on the gateway's Unix sockets. All other users are refused, and so is every request over TCP.")]
    private partial void LogLocalUsers();
}
