using System.Buffers;
using System.Text.Json;

namespace Qmp.Protocol;

/// <summary>Writes a command as QEMU reads it.</summary>
internal static class QmpEnvelope
{
    /// <summary>QEMU's limit for one message (json-streamer.c). What is longer gets an error without an id.</summary>
    public const int MaxCommandBytes = 64 * 1024 * 1024;

    /// <exception cref="ArgumentException">QEMU could not read the command: it is too long or nests too deep.</exception>
    public static ReadOnlyMemory<byte> Write(string id, in QmpCommand command)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = QmpMessage.MaxDepth }))
        {
            writer.WriteStartObject();
            writer.WriteString(command.OutOfBand ? "exec-oob"u8 : "execute"u8, command.Name);
            if (command.Arguments is { } arguments)
            {
                writer.WritePropertyName("arguments"u8);
                writer.WriteRawValue(Checked(arguments).Span);
            }

            writer.WriteString("id"u8, id);
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenCount <= MaxCommandBytes
            ? buffer.WrittenMemory
            : throw new ArgumentException($"a command of {buffer.WrittenCount} bytes; QEMU reads at most {MaxCommandBytes}", nameof(command));
    }

    private static ReadOnlyMemory<byte> Checked(JsonText arguments)
    {
        // The envelope adds one level.
        var reader = new Utf8JsonReader(arguments.Utf8.Span, new JsonReaderOptions { MaxDepth = QmpMessage.MaxDepth - 1 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new ArgumentException("arguments must be an object", nameof(arguments));
            }

            reader.Skip();
            return arguments.Utf8;
        }
        catch (JsonException malformed)
        {
            throw new ArgumentException($"arguments: {malformed.Message}", nameof(arguments), malformed);
        }
    }
}
