using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Gateway.Json;

namespace Gateway.Journal;

/// <summary>
/// An envelope without its id, which is added later. The thread that reports the event serializes it, so that the single thread that writes to disk has
/// less to do.
/// </summary>
internal readonly struct JournalEnvelope
{
    // Space in front of the rest, into which the id is written right-aligned, so that nothing is copied again.
    private const int Room = 32;

    // A larger buffer is not reused, so that a large event does not stay in memory forever.
    private const int MaxReused = 64 * 1024;

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? reused;

    private readonly byte[] bytes;

    private JournalEnvelope(byte[] bytes) => this.bytes = bytes;

    private static ReadOnlySpan<byte> BeforeId => "{\"id\":\""u8;

    private static ReadOnlySpan<byte> BehindId => "\","u8;

    /// <summary>Returns how the envelope of an id begins.</summary>
    public static byte[] Beginning(long id) => [.. BeforeId, .. System.Text.Encoding.ASCII.GetBytes(Cursors.Write(id)), .. BehindId];

    /// <summary>Serializes an event.</summary>
    public static JournalEnvelope Write(NewEvent entry, DateTimeOffset receivedAt)
    {
        // A large event gets a separate buffer of the right size, because growing a buffer would leave several times as much garbage.
        var (buffer, json) = entry.Data.Utf8.Length > MaxReused ? New(entry.Data.Utf8.Length + MaxReused) : reused ??= New(512);
        buffer.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        json.WriteString("vm"u8, entry.Vm);
        json.WriteString("event"u8, entry.Name);
        json.WriteString("origin"u8, entry.Origin == EventOrigin.Qemu ? "qemu"u8 : "gateway"u8);
        json.WritePropertyName("timestamp"u8);
        Times.Write(json, entry.Timestamp);
        json.WritePropertyName("receivedAt"u8);
        Times.Write(json, receivedAt);
        json.WritePropertyName("data"u8);
        json.WriteRawValue(entry.Data.Utf8.Span, skipInputValidation: true);
        json.WriteEndObject();
        json.Flush();
        // Without the opening brace, which comes before the id.
        var rest = buffer.WrittenSpan[1..];
        var bytes = GC.AllocateUninitializedArray<byte>(Room + rest.Length);
        rest.CopyTo(bytes.AsSpan(Room));
        if (buffer.Capacity > MaxReused)
        {
            reused = null;
        }

        return new JournalEnvelope(bytes);
    }

    /// <summary>Returns the complete envelope. Call it only once, because it writes the id in place.</summary>
    public ReadOnlyMemory<byte> WithId(long id)
    {
        Span<byte> digits = stackalloc byte[20];
        id.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        var begin = Room - BeforeId.Length - length - BehindId.Length;
        BeforeId.CopyTo(bytes.AsSpan(begin));
        digits[..length].CopyTo(bytes.AsSpan(begin + BeforeId.Length));
        BehindId.CopyTo(bytes.AsSpan(Room - BehindId.Length));
        return bytes.AsMemory(begin);
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json) New(int capacity)
    {
        var buffer = new ArrayBufferWriter<byte>(capacity);
        return (buffer, new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }));
    }
}
