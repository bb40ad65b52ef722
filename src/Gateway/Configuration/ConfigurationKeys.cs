using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace Gateway.Configuration;

/// <summary>Finds keys that no setting has: a misspelled one would otherwise set nothing.</summary>
internal static class ConfigurationKeys
{
    private const int LikeAKey = 24;

    // Sections and settings beside those of other programs, which the same files may hold.
    private static readonly string[] Own = [GatewayOptions.Section, "Urls", "Kestrel", "Logging"];

    private static readonly string[] Secrets = ["ApiKey", ":Key", "Hash", "Secret", "Password", "Token", "Jwt"];

    /// <summary>
    /// The keys outside all sections that are one typing error away from a known one. The environment is left out: it is full of other programs' variables.
    /// </summary>
    public static IEnumerable<string> Misspelled(IConfiguration configuration) => configuration is not IConfigurationRoot root ? [] : OwnProviders(root)
        .SelectMany(static provider => provider.GetChildKeys([], parentPath: null))
        .Distinct(StringComparer.OrdinalIgnoreCase)
        .Select(key => (Section: root.GetSection(key), Meant: Own.FirstOrDefault(own => TypingErrors.IsOne(key, own))))
        .Where(static key => key.Meant is not null)
        .Select(static key => $"{key.Section.Path} = '{Shown(key.Section) ?? "{…}"}' is not a setting: write {key.Meant}");

    /// <summary>What is wrong with the gateway's own section, and the keys below it.</summary>
    public static IEnumerable<string> Unknown(IConfiguration configuration)
    {
        var section = configuration.GetSection(GatewayOptions.Section);
        // A variable of another program may be named just GATEWAY.
        var isForeign = configuration is IConfigurationRoot root && !OwnProviders(root).Any(static provider => provider.TryGet(GatewayOptions.Section, out _));
        return isForeign ? UnknownBelow(section, typeof(GatewayOptions)) : Unknown(section, typeof(GatewayOptions));
    }

    /// <summary>What is wrong with the keys below a section that an options type stands for.</summary>
    public static IEnumerable<string> Unknown(IConfigurationSection section, Type type)
    {
        if (IsValue(type))
        {
            return section.GetChildren().Select(static child => $"{child.Path} = '{Shown(child)}' is no setting: a single value goes here");
        }

        var element = ElementOf(type);
        if (!string.IsNullOrEmpty(section.Value))
        {
            return [$"{section.Path} = '{Shown(section)}' is no setting: there are {(element is null ? Names(section, type) : ElementNames(section, type))}"];
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
            : [$"{child.Path} = '{Shown(child)}' is no setting: there are {Names(section, type)}"]);

    private static IEnumerable<IConfigurationProvider> OwnProviders(IConfigurationRoot root) =>
        root.Providers.Where(static provider => provider is not EnvironmentVariablesConfigurationProvider);

    // A misspelled or misplaced setting may be a key or its hash, and the message goes to a log.
    private static string? Shown(IConfigurationSection setting) => Shown(setting.Path, setting.Value);

    /// <summary>A value, unless it may be secret.</summary>
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
