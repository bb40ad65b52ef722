using System.Globalization;
using System.Text;

namespace Gateway.Observability;

/// <summary>
/// Text on one line that shows what it is: a guest's words, a file's name or a request's path may bring line breaks, a terminal's escape
/// sequences, or marks that turn the direction of what follows. These are shown as <c>\u001B</c>.
/// </summary>
internal static class OneLine
{
    /// <summary>The text, with nothing in it that does more than be read.</summary>
    public static string Of(string text)
    {
        if (!text.Any(IsUnsafe))
        {
            return text;
        }

        var line = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = IsUnsafe(c) ? line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}") : line.Append(c);
        }

        return line.ToString();
    }

    private static bool IsUnsafe(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
