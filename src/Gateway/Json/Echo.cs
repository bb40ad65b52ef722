namespace Gateway.Json;

/// <summary>Shortens values of clients for messages.</summary>
internal static class Echo
{
    private const int Most = 200;

    /// <summary>Returns the value, or its start if it is long.</summary>
    public static string Of(string value) => Cut(value, Most);

    /// <summary>Returns the value, or its start and an ellipsis if it has more than <paramref name="most"/> characters. A surrogate pair is never split.</summary>
    public static string Cut(string value, int most) => value.Length <= most ? value : $"{value.AsSpan(0, char.IsHighSurrogate(value[most - 2]) ? most - 2 : most - 1)}…";

    /// <summary>Removes the value at the end of a field's message. Used for texts that are shown together with the full message.</summary>
    public static string Without(string message) =>
        message.EndsWith('\'') && message.IndexOf(", not '", StringComparison.Ordinal) is > 0 and var start ? message[..start]
        : message.EndsWith('\'') && message.IndexOf(": '", StringComparison.Ordinal) is > 0 and var colon ? message[..colon]
        : message.LastIndexOf(", not ", StringComparison.Ordinal) is > 0 and var number && message.AsSpan(number + ", not ".Length) is ['-' or (>= '0' and <= '9'), ..] ? message[..number]
        : message;
}
