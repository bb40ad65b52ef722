using System.Text.Json;

namespace Gateway.Configuration;

/// <summary>What is wrong with a file of settings that cannot be read.</summary>
internal static class ConfigurationFiles
{
    /// <summary>The file and the place in it. The parser's own words may quote what stands there, which may be a key.</summary>
    public static string Describe(InvalidDataException unreadable) => unreadable.GetBaseException() is JsonException { LineNumber: { } line, BytePositionInLine: { } position }
        ? $"{unreadable.Message} It is not JSON at line {line + 1}, byte {position + 1}."
        : unreadable.Message;
}
