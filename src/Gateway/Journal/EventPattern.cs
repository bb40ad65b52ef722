namespace Gateway.Journal;

/// <summary>A pattern for event names. <c>*</c> matches any text, and every other character matches itself.</summary>
public readonly struct EventPattern
{
    // Real names have at most 30 characters.
    private const int MaxLength = 255;

    // The text before, between and after the stars.
    private readonly string[] parts;

    private EventPattern(string text) => parts = text.Split('*');

    /// <summary>Whether the text is a pattern, and not the name of one event.</summary>
    public static bool Is(string text) => text.Contains('*', StringComparison.Ordinal);

    /// <summary>Parses a pattern. One of more than 255 characters is invalid.</summary>
    public static bool TryParse(string text, out EventPattern pattern)
    {
        pattern = new EventPattern(text);
        return Is(text) && text.Length <= MaxLength;
    }

    /// <summary>Whether a name matches.</summary>
    public bool Matches(string name)
    {
        if (!name.StartsWith(parts[0], StringComparison.Ordinal))
        {
            return false;
        }

        var rest = name.AsSpan(parts[0].Length);
        foreach (var part in parts.AsSpan()[1..^1])
        {
            // The first occurrence is sufficient, because the star after it matches any text that follows.
            var at = rest.IndexOf(part, StringComparison.Ordinal);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + part.Length)..];
        }

        return rest.EndsWith(parts[^1], StringComparison.Ordinal);
    }
}
