using System.Buffers;
using System.Text.Json;

namespace QmpGateway.Qmp.Protocol;

/// <summary>Serializes commands.</summary>
internal static class QmpEnvelope
{
    /// <summary>QEMU's limit for the size of one message (json-streamer.c).</summary>
    public const int MaxCommandBytes = 64 * 1024 * 1024;

    /// <exception cref="ArgumentException">QEMU could not read the command. The message says why.</exception>
    public static ReadOnlyMemory<byte> Write(string id, in QmpCommand command)
    {
        QmpReadable.CheckText(command.Name);
        var buffer = new ArrayBufferWriter<byte>(256 + (command.Arguments?.Utf8.Length ?? 0));
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString(command.OutOfBand ? "exec-oob"u8 : "execute"u8, command.Name);
            if (command.Arguments is { } arguments)
            {
                QmpReadable.CheckArguments(arguments.Utf8);
                writer.WritePropertyName("arguments"u8);
                writer.WriteRawValue(arguments.Utf8.Span, skipInputValidation: true);
            }

            writer.WriteString("id"u8, id);
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenCount <= MaxCommandBytes
            ? buffer.WrittenMemory
            : throw new ArgumentException($"The command has {buffer.WrittenCount} bytes, but QEMU accepts at most {MaxCommandBytes}.", nameof(command));
    }
}
