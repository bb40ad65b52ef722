using System.Runtime.InteropServices;
using System.Text.Json;
using System.Threading.Channels;
using Gateway.Access;
using Gateway.Commands;
using Gateway.NativeQmp;
using Gateway.Security;
using Gateway.Settings;
using Gateway.Vms;

namespace Gateway.Configuration;

/// <summary>Reads the configuration anew, as a start would.</summary>
internal delegate IConfiguration ReadConfiguration();

/// <summary>
/// Takes a changed configuration while the gateway runs: all of it, or nothing where anything is wrong. A changed file tells of itself, and so
/// does SIGHUP.
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
    MonitorSockets monitors,
    TimeProvider time,
    ILogger<ConfigurationReload> logger) : BackgroundService
{
    private GatewayOptions current = started;
    private string[] there = [.. files.Existing];

    /// <summary>Reads the configuration and takes it, if it is right.</summary>
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
            ThrowIfOtherProvider(options.Security);
            ThrowIfOpen(options.Security);
        }
        catch (Exception wrong) when (wrong is ConfigurationException or InvalidDataException)
        {
            // Anybody may ask for this, so what is wrong is in the log alone.
            fault.Text = "the configuration is wrong, and the one before it stays: the log says what to correct";
            LogWrong(wrong is InvalidDataException unreadable ? ConfigurationFiles.Describe(unreadable) : wrong.Message);
            return;
        }

        string[] waiting = [.. OtherAtNextStart(current, options), .. ListenAddresses.Text(configuration) == listening.Text ? (string[])[] : ["Urls and Kestrel"]];
        there = [.. files.Existing];
        current = options;
        configured.Value = options.ConfiguredVms();
        security.Value = options.Security;
        access.Change(options.Security);
        policy.Change(options.CommandPolicy);
        await vms.ConfiguredAsync(configured.Value.Define());
        await monitors.ChangeAsync(configured.Value);
        fault.Text = null;
        LogTaken(waiting.Length == 0 ? "" : $" {string.Join(", ", waiting)} will be as written at the next start.");
        if (access.Required && !options.Security.IsRequired())
        {
            LogNobody();
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
        _ = LookAsync();
        await foreach (var _ in changes.Reader.ReadAllAsync(stoppingToken))
        {
            await ReloadAsync();
        }

        async Task LookAsync()
        {
            while (true)
            {
                await files.ChangeAsync(time, stoppingToken);
                changes.Writer.TryWrite(true);
            }
        }
    }

    // It may be on its way to another version of itself, as with an editor that removes it first. Without it, the gateway would have no VMs and no keys.
    private void ThrowIfFileIsGone()
    {
        if (there.Except(files.Existing).FirstOrDefault() is { } gone)
        {
            throw new ConfigurationException($"{gone} is gone: put it back, or restart the gateway to go on without it");
        }
    }

    // What checks tokens is made at the start.
    private void ThrowIfOtherProvider(SecurityOptions changed)
    {
        if (Provider(changed) != Provider(security.Value))
        {
            throw new ConfigurationException("Gateway:Security:Jwt: another Authority, Audience or RequireHttpsMetadata takes a restart");
        }

        static (string?, string?, bool?) Provider(SecurityOptions options) => (options.Jwt?.Authority, options.Jwt?.Audience, options.Jwt?.RequireHttpsMetadata);
    }

    // It listens where it did at the start, whatever the addresses are by now.
    private void ThrowIfOpen(SecurityOptions changed)
    {
        if (listening.AreOpen && !changed.IsRequired())
        {
            throw new ConfigurationException(
                "The gateway listens on an address that is open to other hosts, and no authentication is configured: set Gateway:Security:ApiKeys or Gateway:Security:Jwt, or change the address and restart the gateway");
        }
    }

    private static string[] OtherAtNextStart(GatewayOptions before, GatewayOptions after) =>
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

    [LoggerMessage(90, LogLevel.Error, "The configuration is wrong, and the one before it stays: {Faults}")]
    private partial void LogWrong(string faults);

    [LoggerMessage(91, LogLevel.Information, "The configuration was read anew, and holds.{Waiting}")]
    private partial void LogTaken(string waiting);

    [LoggerMessage(92, LogLevel.Warning, "No key and no provider is left, so nobody is let in. Add a key, or restart the gateway to do without authentication.")]
    private partial void LogNobody();
}
