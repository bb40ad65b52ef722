namespace Gateway.Json;

/// <summary>What clients are shown of a value that they sent.</summary>
internal static class Echo
{
    private const int Most = 200;

    /// <summary>The value, or the beginning of it where it is long: a problem is no larger than it is useful.</summary>
    public static string Of(string value) => value.Length <= Most ? value : $"{value.AsSpan(0, char.IsHighSurrogate(value[Most - 2]) ? Most - 2 : Most - 1)}…";

    /// <summary>A field's message without the value that it begins or ends with, for where the message itself is shown, too.</summary>
    public static string Without(string message) =>
        message.StartsWith('\'') && message.LastIndexOf("' ", StringComparison.Ordinal) is > 0 and var end ? message[(end + 2)..]
        : message.EndsWith('\'') && message.IndexOf(", not '", StringComparison.Ordinal) is > 0 and var start ? message[..start]
        : message.EndsWith('\'') && message.IndexOf(": '", StringComparison.Ordinal) is > 0 and var colon ? message[..colon]
        : message;
}
