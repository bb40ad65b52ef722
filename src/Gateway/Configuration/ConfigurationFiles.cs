using System.Text.Json;

namespace Gateway.Configuration;

/// <summary>Describes settings files that cannot be parsed.</summary>
internal static class ConfigurationFiles
{
    /// <summary>Names the file and the position of the error. The parser's own message is left out: it may quote the file, and so a secret.</summary>
    public static string Describe(InvalidDataException unreadable) => unreadable.GetBaseException() is JsonException { LineNumber: { } line, BytePositionInLine: { } position }
        ? $"{unreadable.Message} The JSON is invalid at line {line + 1}, byte {position + 1}."
        : unreadable.Message;
}
