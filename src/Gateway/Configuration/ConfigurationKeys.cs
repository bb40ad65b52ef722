namespace Gateway.Configuration;

/// <summary>Finds keys that no setting has: a misspelled one would otherwise set nothing.</summary>
internal static class ConfigurationKeys
{
    /// <summary>What is wrong with the keys below a section that an options type stands for.</summary>
    public static IEnumerable<string> Unknown(IConfigurationSection section, Type type)
    {
        if (IsValue(type))
        {
            return section.GetChildren().Select(static child => $"{child.Path} = '{child.Value}' is no setting: a single value goes here");
        }

        var element = ElementOf(type);
        if (!string.IsNullOrEmpty(section.Value))
        {
            return [$"{section.Path} = '{section.Value}' is no setting: there are {(element is null ? Names(section, type) : ElementNames(section, type))}"];
        }

        if (element is not null)
        {
            return section.GetChildren().SelectMany(child => Unknown(child, element));
        }

        return section.GetChildren().SelectMany(child => type.GetProperties().FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is { } setting
            ? Unknown(child, setting.PropertyType)
            : [$"{child.Path} = '{child.Value}' is no setting: there are {Names(section, type)}"]);
    }

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
