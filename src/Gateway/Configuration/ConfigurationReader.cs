using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using Gateway.Journal;
using Gateway.Observability;
using Gateway.Requests.Limits;
using Gateway.Security;
using Gateway.Settings;
using Gateway.Sockets;
using Gateway.Vms;
using Gateway.Vms.Discovery;
using QmpGateway.Qmp;
using static Gateway.Settings.Fault;

namespace Gateway.Configuration;

/// <summary>Reads and validates the section <c>Gateway</c>. Each error names the key and its value.</summary>
internal static class ConfigurationReader
{
    /// <exception cref="ConfigurationException">A setting is invalid. The message lists every error.</exception>
    public static GatewayOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(GatewayOptions.Section);
        List<string> faults = [.. ConfigurationKeys.Misspelled(configuration), .. ConfigurationKeys.Unknown(configuration)];
        var options = new GatewayOptions();
        try
        {
            var sync = section["Journal:Sync"];
            if (sync is not null && !(Enum.TryParse<JournalSync>(sync, ignoreCase: true, out var known) && Enum.IsDefined(known)))
            {
                // The binder's message would not list the allowed values.
                throw new InvalidOperationException($"Gateway:Journal:Sync = '{sync}' must be full or normal");
            }

            options = section.Get<GatewayOptions>() ?? options;
            faults.AddRange(Faults(options));
            faults.AddRange(EndpointFaults.Of(options.Vms, [.. ListenAddresses.Of(configuration), .. options.Metrics.Addresses().Select(static url => ("Gateway:Metrics:Urls", url))]));
        }
        catch (InvalidOperationException malformed)
        {
            // The binder's message names the key, the value and the type.
            faults.Add(malformed.Message);
        }

        return faults.Count == 0 ? options : throw new ConfigurationException(faults);
    }

    /// <summary>Returns the path of the data directory.</summary>
    /// <exception cref="ConfigurationException">Neither <c>DataDirectory</c>, <c>XDG_STATE_HOME</c> nor <c>HOME</c> is set.</exception>
    public static string DataPath(this GatewayOptions options)
    {
        if (!string.IsNullOrEmpty(options.DataDirectory))
        {
            return Path.GetFullPath(options.DataDirectory);
        }

        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } xdg ? xdg
            : Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".local", "state")
            : throw new ConfigurationException("Gateway:DataDirectory is missing, and neither XDG_STATE_HOME nor HOME is set: set one of the three");
        return Path.Combine(state, "qmp-gateway");
    }

    private static IEnumerable<string> Faults(GatewayOptions options) =>
    [
        .. options.Vms.SelectMany(static vm => VmFaults($"Gateway:Vms:{vm.Key}", vm.Key, vm.Value)),
        .. Unless(options.DefaultVm is null || VmDefinition.IsId(options.DefaultVm), $"Gateway:DefaultVm = '{options.DefaultVm}' is not a valid VM id: use {VmDefinition.IdFormat}"),
        .. options.Discovery.Paths.SelectMany(static (path, i) => Unless(
            SocketPattern.TryParse(path) is not null, $"Gateway:Discovery:Paths:{i} = '{path}' must be {SocketPattern.Format}")),
        .. Ranges("Gateway:Journal", options.Journal),
        .. Ranges("Gateway:Limits", options.Limits),
        .. Ranges("Gateway:Audit", options.Audit),
        .. Unless(
            options.Qmp.CommandTimeout > TimeSpan.Zero && options.Qmp.CommandTimeout <= TimeSpan.FromHours(1),
            $"Gateway:Qmp:CommandTimeout = '{options.Qmp.CommandTimeout}' must be more than zero and at most one hour, such as 00:00:10"),
        .. options.Security.AllowedHosts.SelectMany(static (host, i) => Unless(
            Uri.CheckHostName(host) != UriHostNameType.Unknown, $"Gateway:Security:AllowedHosts:{i} = '{host}' must be a host name without a port")),
        .. options.Security.AllowedOrigins.SelectMany(static (origin, i) => Unless(
            IsOrigin(origin), $"Gateway:Security:AllowedOrigins:{i} = '{origin}' must be an origin, such as https://dash.example.org")),
        .. SecurityFaults.Of("Gateway:Security", options.Security),
        .. SocketAccess.Faults("Gateway:Sockets", options.Sockets),
        .. MetricsPort.Faults("Gateway:Metrics", options.Metrics),
        .. VmInfo.Faults("Gateway:Metrics:Labels", options.Metrics.Labels),
        .. PolicyFaults.Of("Gateway:CommandPolicy", options.CommandPolicy),
    ];

    private static IEnumerable<string> VmFaults(string key, string id, VmOptions vm) =>
    [
        .. Unless(
            JsonSerializer.SerializeToUtf8Bytes(vm).Length <= DefinitionBodyAttribute.MaxBytes,
            $"{key} must be at most {DefinitionBodyAttribute.MaxBytes} bytes long as JSON: shorten its Labels"),
        .. Unless(VmDefinition.IsId(id), $"{key}: '{id}' is not a valid VM id: use {VmDefinition.IdFormat}"),
        .. Unless(vm.Endpoint is not null, $"{key}:Endpoint is missing: write {QmpEndpoint.Format}"),
        .. Unless(vm.Endpoint is null || QmpEndpoint.TryParse(vm.Endpoint, out _), $"{key}:Endpoint = '{vm.Endpoint}' is not an endpoint: use {QmpEndpoint.Format}"),
        .. Unless(
            vm.Monitor is null || (QmpEndpoint.TryParse(vm.Monitor, out var monitor) && monitor is UnixQmpEndpoint),
            $"{key}:Monitor = '{vm.Monitor}' is not a Unix socket: use unix:/absolute/path (at most 107 bytes)"),
        .. vm.Labels.SelectMany(label => Unless(label.Value is not null, $"{key}:Labels:{label.Key} has no value: write a string, which may be empty")),
        .. Unless(!vm.Labels.TryGetValue("", out var nameless), $"{key}:Labels: = '{nameless}' has no name"),
        .. ActionFaults<RebootAction>($"{key}:Actions:Reboot", vm.Actions?.Reboot),
        .. ActionFaults<ShutdownAction>($"{key}:Actions:Shutdown", vm.Actions?.Shutdown),
        .. ActionFaults<PanicAction>($"{key}:Actions:Panic", vm.Actions?.Panic),
        .. ActionFaults<WatchdogAction>($"{key}:Actions:Watchdog", vm.Actions?.Watchdog),
    ];

    private static IEnumerable<string> ActionFaults<T>(string key, string? value)
        where T : struct, IQapiEnum<T> =>
        Unless(value is null || T.Known.Contains(T.Of(value)), $"{key} = '{value}' must be one of {string.Join(", ", T.Known)}");

    private static IEnumerable<string> Ranges(string key, object options) => options.GetType().GetProperties().SelectMany(setting =>
    {
        var range = setting.GetCustomAttributes(typeof(RangeAttribute), inherit: false).Cast<RangeAttribute>().SingleOrDefault();
        var value = Convert.ToString(setting.GetValue(options), CultureInfo.InvariantCulture);
        return Unless(range is null || range.IsValid(setting.GetValue(options)), $"{key}:{setting.Name} = '{value}' must be from {range?.Minimum} to {range?.Maximum}");
    });

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && $"{uri.Scheme}://{uri.Authority}" == text;
}
