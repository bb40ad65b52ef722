using Gateway.Configuration;
using Gateway.Settings;

namespace Gateway.CommandLine;

/// <summary>Rejects unknown command-line arguments, which the framework would silently ignore.</summary>
internal static class Arguments
{
    private static readonly string[] Sections = ["Gateway", "Kestrel", "Logging"];

    // Top-level settings of the host. Tools that run the program, such as the OpenAPI generator, set them too.
    private static readonly string[] HostSettings =
    [
        HostDefaults.ApplicationKey, HostDefaults.ContentRootKey, HostDefaults.EnvironmentKey, WebHostDefaults.CaptureStartupErrorsKey,
        WebHostDefaults.DetailedErrorsKey, WebHostDefaults.HostingStartupAssembliesKey, WebHostDefaults.HostingStartupExcludeAssembliesKey,
        WebHostDefaults.HttpPortsKey, WebHostDefaults.HttpsPortsKey, WebHostDefaults.PreferHostingUrlsKey, WebHostDefaults.PreventHostingStartupKey,
        WebHostDefaults.ServerUrlsKey, WebHostDefaults.ShutdownTimeoutKey, WebHostDefaults.StaticWebAssetsKey, WebHostDefaults.SuppressStatusMessagesKey,
        WebHostDefaults.WebRootKey,
    ];

    /// <summary>Checks that every command-line argument is a known setting.</summary>
    /// <exception cref="ConfigurationException">At least one is not. The message lists all of them.</exception>
    public static void Check(IReadOnlyList<string> args)
    {
        string[] faults = [.. Faults(args)];
        if (faults.Length > 0)
        {
            throw new ConfigurationException(faults);
        }
    }

    private static IEnumerable<string> Faults(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var start = args[i].StartsWith("--", StringComparison.Ordinal) ? 2 : args[i].StartsWith('-') || args[i].StartsWith('/') ? 1 : 0;
            var equals = args[i].IndexOf('=', StringComparison.Ordinal);
            if (start == 0 && equals < 0)
            {
                yield return $"'{args[i]}' is an unknown command: use {Verbs.Names}, or no command to start the gateway";
                continue;
            }

            var written = equals < 0 ? args[i] : args[i][..equals];
            var hasValue = equals >= 0 || i + 1 < args.Count;
            if (!IsSetting(written[start..]) || args[i] is ['-', not '-', ..])
            {
                yield return $"{written} = '{(hasValue ? ConfigurationKeys.Shown(written, equals < 0 ? args[i + 1] : args[i][(equals + 1)..]) : "")}' is an unknown option: use --urls=URL, or a setting such as --Gateway:Vms:web1:Endpoint=unix:/path";
            }
            else if (!hasValue)
            {
                yield return $"{written} requires a value: write {written}=VALUE";
            }

            i += equals < 0 ? 1 : 0;
        }
    }

    private static bool IsSetting(string key) =>
        HostSettings.Contains(key, StringComparer.OrdinalIgnoreCase)
        || Sections.Any(section => $"{key}:".StartsWith($"{section}:", StringComparison.OrdinalIgnoreCase))
        || key.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase);
}
