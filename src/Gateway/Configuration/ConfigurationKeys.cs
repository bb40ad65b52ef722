namespace Gateway.Configuration;

/// <summary>Finds keys that no setting has: a misspelled one would otherwise set nothing.</summary>
internal static class ConfigurationKeys
{
    /// <summary>What is wrong with the keys below a section that an options type stands for.</summary>
    public static IEnumerable<string> Unknown(IConfigurationSection section, Type type)
    {
        if (ElementOf(type) is { } element)
        {
            return section.GetChildren().SelectMany(child => Unknown(child, element));
        }

        if (IsValue(type))
        {
            return section.GetChildren().Select(static child => $"{child.Path} = '{child.Value}' is no setting: a single value goes here");
        }

        if (!string.IsNullOrEmpty(section.Value))
        {
            return [$"{section.Path} = '{section.Value}' is no setting: there are {Names(section, type)}"];
        }

        return section.GetChildren().SelectMany(child => type.GetProperties().FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is { } setting
            ? Unknown(child, setting.PropertyType)
            : [$"{child.Path} = '{child.Value}' is no setting: there are {Names(section, type)}"]);
    }

    private static string Names(IConfigurationSection section, Type type) =>
        string.Join(", ", type.GetProperties().Select(setting => $"{section.Path}:{setting.Name}"));

    private static bool IsValue(Type type) => type.IsValueType || type == typeof(string);

    private static Type? ElementOf(Type type) => !type.IsGenericType ? null
        : type.GetGenericTypeDefinition() == typeof(Dictionary<,>) ? type.GetGenericArguments()[1]
        : type.GetGenericTypeDefinition() == typeof(List<>) ? type.GetGenericArguments()[0]
        : null;
}
