using System.Globalization;
using System.Text;

namespace Gateway.Observability;

/// <summary>
/// Makes text safe for a log line. Text from a guest, a file name or a request path may contain line breaks, terminal escape sequences or Unicode marks
/// that change the direction of the text. These characters are written as <c>\u001B</c>.
/// </summary>
internal static class OneLine
{
    /// <summary>Returns the text with all such characters escaped.</summary>
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
