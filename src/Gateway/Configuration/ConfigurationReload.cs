using System.Runtime.InteropServices;
using System.Text.Json;
using System.Threading.Channels;
using Gateway.Access;
using Gateway.Commands;
using Gateway.NativeQmp;
using Gateway.Security;
using Gateway.Settings;
using Gateway.Vms.Registry;

namespace Gateway.Configuration;

/// <summary>Reads the configuration again, in the way it is read at startup.</summary>
internal delegate IConfiguration ReadConfiguration();

/// <summary>
/// Applies a changed configuration while the gateway runs. A configuration with any error is rejected as a whole. A changed file or SIGHUP
/// triggers the reload.
/// </summary>
internal sealed partial class ConfigurationReload(
    ReadConfiguration read,
    SettingsFiles files,
    GatewayOptions started,
    Current<ConfiguredVms> configured,
    Current<SecurityOptions> security,
    ReloadFault fault,
    ListenSettings listening,
    AccessRules access,
    CommandPolicy policy,
    VmRegistry vms,
    NativeQmpSockets monitors,
    TimeProvider time,
    ILogger<ConfigurationReload> logger) : BackgroundService
{
    private GatewayOptions current = started;
    private string[] existing = [.. files.Existing];

    /// <summary>Reads the configuration and applies it if it is valid.</summary>
    public async Task ReloadAsync()
    {
        GatewayOptions options;
        IConfiguration configuration;
        try
        {
            ThrowIfFileIsGone();
            configuration = read();
            options = ConfigurationReader.Read(configuration);
            ListenAddresses.Check(configuration, options.Security);
            ThrowIfProviderChanged(options.Security);
            ThrowIfUnauthenticated(options.Security);
        }
        catch (Exception wrong) when (wrong is ConfigurationException or InvalidDataException)
        {
            // Any caller can read this text, so only the log has the details.
            fault.Text = "The configuration is invalid, so the previous one stays in effect. See the log for what to correct.";
            LogWrong(wrong is InvalidDataException unreadable ? ConfigurationFiles.Describe(unreadable) : wrong.Message);
            return;
        }

        string[] pending = [.. NeedingRestart(current, options), .. ListenAddresses.Text(configuration) == listening.Text ? (string[])[] : ["Urls and Kestrel"]];
        existing = [.. files.Existing];
        current = options;
        configured.Value = options.ConfiguredVms();
        security.Value = options.Security;
        access.Change(options.Security);
        policy.Change(options.CommandPolicy);
        await vms.ConfiguredAsync(configured.Value.Define());
        await monitors.ChangeAsync(configured.Value);
        fault.Text = null;
        LogApplied(pending.Length == 0 ? "" : $" Changes to {string.Join(", ", pending)} take effect at the next start.");
        if (access.Required && !options.Security.IsRequired())
        {
            LogNoCallers();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            changes.Writer.TryWrite(true);
        });
        _ = WatchFilesAsync();
        await foreach (var _ in changes.Reader.ReadAllAsync(stoppingToken))
        {
            await ReloadAsync();
        }

        async Task WatchFilesAsync()
        {
            while (true)
            {
                await files.ChangeAsync(time, stoppingToken);
                changes.Writer.TryWrite(true);
            }
        }
    }

    // An editor may remove the file before it writes the new version. Without the file, the gateway would have no VMs and no keys.
    private void ThrowIfFileIsGone()
    {
        if (existing.Except(files.Existing).FirstOrDefault() is { } gone)
        {
            throw new ConfigurationException($"{gone} was removed: put it back, or restart the gateway to run without it");
        }
    }

    // Token validation is set up once, at startup.
    private void ThrowIfProviderChanged(SecurityOptions changed)
    {
        if (Provider(changed) != Provider(security.Value))
        {
            throw new ConfigurationException("Gateway:Security:Jwt: a change of Authority, Audience or RequireHttpsMetadata requires a restart");
        }

        static (string?, string?, bool?) Provider(SecurityOptions options) => (options.Jwt?.Authority, options.Jwt?.Audience, options.Jwt?.RequireHttpsMetadata);
    }

    // The gateway still listens on the addresses it had at startup.
    private void ThrowIfUnauthenticated(SecurityOptions changed)
    {
        if (listening.AreOpen && !changed.IsRequired())
        {
            throw new ConfigurationException(
                "The gateway listens on an address that is open to other hosts, and no authentication is configured: set Gateway:Security:ApiKeys or Gateway:Security:Jwt, or change the address and restart the gateway");
        }
    }

    private static string[] NeedingRestart(GatewayOptions before, GatewayOptions after) =>
    [
        .. new (string Key, object? Before, object? After)[]
        {
            ("Gateway:DataDirectory", before.DataDirectory, after.DataDirectory),
            ("Gateway:Journal", before.Journal, after.Journal),
            ("Gateway:Audit", before.Audit, after.Audit),
            ("Gateway:Metrics", before.Metrics, after.Metrics),
            ("Gateway:Qmp", before.Qmp, after.Qmp),
            ("Gateway:Sockets", before.Sockets, after.Sockets),
            ("Gateway:Limits", before.Limits, after.Limits),
            ("Gateway:Discovery", before.Discovery, after.Discovery),
        }.Where(static setting => JsonSerializer.Serialize(setting.Before) != JsonSerializer.Serialize(setting.After)).Select(static setting => setting.Key),
    ];

    [LoggerMessage(90, LogLevel.Error, "The configuration is invalid, so the previous one stays in effect: {Faults}")]
    private partial void LogWrong(string faults);

    [LoggerMessage(91, LogLevel.Information, "The configuration was reloaded.{Waiting}")]
    private partial void LogApplied(string waiting);

    [LoggerMessage(92, LogLevel.Warning, "No API key and no token provider is configured any more, so every request is refused. Add a key, or restart the gateway to run without authentication.")]
    private partial void LogNoCallers();
}
