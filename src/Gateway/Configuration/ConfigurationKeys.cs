using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace Gateway.Configuration;

/// <summary>Finds unknown configuration keys. The framework ignores them, so a misspelled setting would have no effect.</summary>
internal static class ConfigurationKeys
{
    // A value of this length or more may be a key.
    private const int LikeAKey = 24;

    // The top-level keys of the gateway. The same files may hold settings of other programs.
    private static readonly string[] Own = [GatewayOptions.Section, "Urls", "Kestrel", "Logging"];

    private static readonly string[] Secrets = ["ApiKey", ":Key", "Hash", "Secret", "Password", "Token", "Jwt"];

    /// <summary>
    /// Reports top-level keys that are one typing error away from a known one. Environment variables are not checked, because most of them belong to other programs.
    /// </summary>
    public static IEnumerable<string> Misspelled(IConfiguration configuration) => configuration is not IConfigurationRoot root ? [] : OwnProviders(root)
        .SelectMany(static provider => provider.GetChildKeys([], parentPath: null))
        .Distinct(StringComparer.OrdinalIgnoreCase)
        .Select(key => (Section: root.GetSection(key), Meant: Own.FirstOrDefault(own => TypingErrors.IsOne(key, own))))
        .Where(static key => key.Meant is not null)
        .Select(static key => $"{key.Section.Path} = '{Shown(key.Section) ?? "{…}"}' is an unknown setting: did you mean {key.Meant}?");

    /// <summary>Reports unknown keys in the section <c>Gateway</c>, and a value of the section itself.</summary>
    public static IEnumerable<string> Unknown(IConfiguration configuration)
    {
        var section = configuration.GetSection(GatewayOptions.Section);
        // Another program may use an environment variable named GATEWAY.
        var isForeign = configuration is IConfigurationRoot root && !OwnProviders(root).Any(static provider => provider.TryGet(GatewayOptions.Section, out _));
        return isForeign ? UnknownBelow(section, typeof(GatewayOptions)) : Unknown(section, typeof(GatewayOptions));
    }

    /// <summary>Reports the keys of a section that do not match the type it is bound to.</summary>
    public static IEnumerable<string> Unknown(IConfigurationSection section, Type type)
    {
        if (IsValue(type))
        {
            return section.GetChildren().Select(child => $"{child.Path} = '{Shown(child)}' is an unknown setting: {section.Path} takes a single value");
        }

        var element = ElementOf(type);
        if (!string.IsNullOrEmpty(section.Value))
        {
            return [$"{section.Path} = '{Shown(section)}' cannot be a single value: set {(element is null ? $"one of {Names(section, type)}" : ElementNames(section, type))}"];
        }

        if (element is not null)
        {
            return section.GetChildren().SelectMany(child => Unknown(child, element));
        }

        return UnknownBelow(section, type);
    }

    private static IEnumerable<string> UnknownBelow(IConfigurationSection section, Type type) => section.GetChildren().SelectMany(child =>
        type.GetProperties().FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is { } setting
            ? Unknown(child, setting.PropertyType)
            : [$"{child.Path} = '{Shown(child)}' is an unknown setting: expected one of {Names(section, type)}"]);

    private static IEnumerable<IConfigurationProvider> OwnProviders(IConfigurationRoot root) =>
        root.Providers.Where(static provider => provider is not EnvironmentVariablesConfigurationProvider);

    // A misspelled or misplaced setting may be a key or its hash, and the message is logged.
    private static string? Shown(IConfigurationSection setting) => Shown(setting.Path, setting.Value);

    /// <summary>Returns the value for a message, or a placeholder if it may be secret.</summary>
    public static string? Shown(string key, string? value) =>
        value is not null && (Secrets.Any(word => key.Contains(word, StringComparison.OrdinalIgnoreCase)) || value.Length >= LikeAKey || value.StartsWith("sha256:", StringComparison.Ordinal))
            ? "(not shown)"
            : value;

    private static string Names(IConfigurationSection section, Type type) =>
        string.Join(", ", type.GetProperties().Select(setting => $"{section.Path}:{setting.Name}"));

    private static string ElementNames(IConfigurationSection section, Type type) =>
        IsList(type) ? $"{section.Path}:0, {section.Path}:1 and so on" : $"{section.Path}:NAME, with a name of your choice";

    private static bool IsValue(Type type) => type.IsValueType || type == typeof(string);

    private static bool IsList(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>);

    private static Type? ElementOf(Type type) => IsList(type) ? type.GetGenericArguments()[0]
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>) ? type.GetGenericArguments()[1]
        : null;
}
