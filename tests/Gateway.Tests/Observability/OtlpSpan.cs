using System.Buffers.Binary;
using System.Text;

namespace Gateway.Tests.Observability;

/// <summary>A span as it is exported.</summary>
public sealed record OtlpSpan(string TraceId, string SpanId, string ParentId, string Name, long Kind, IReadOnlyDictionary<string, string> Attributes, long Status)
{
    /// <summary>SPAN_KIND_SERVER.</summary>
    public const long Server = 2;

    /// <summary>SPAN_KIND_CLIENT.</summary>
    public const long Client = 3;

    /// <summary>STATUS_CODE_ERROR.</summary>
    public const long Error = 2;

    /// <summary>All spans of an ExportTraceServiceRequest: resource_spans (1), scope_spans (2), spans (2).</summary>
    public static IEnumerable<OtlpSpan> Read(byte[] request) =>
        from resource in Messages(request, 1)
        from scope in Messages(resource, 2)
        from span in Messages(scope, 2)
        select new OtlpSpan(
            Hex(span, 1),
            Hex(span, 2),
            Hex(span, 4),
            Text(span, 5),
            Number(span, 6),
            Messages(span, 9).ToDictionary(static attribute => Text(attribute, 1), static attribute => Value(Messages(attribute, 2).Single())),
            Messages(span, 15).Select(static status => Number(status, 3)).SingleOrDefault());

    private static string Value(byte[] any) => Fields(any).Single() is { Bytes: { } text } ? Encoding.UTF8.GetString(text) : $"{Fields(any).Single().Number}";

    private static IEnumerable<byte[]> Messages(byte[] message, int field) => Fields(message).Where(one => one.Field == field).Select(static one => one.Bytes!);

    private static string Hex(byte[] message, int field) => Convert.ToHexStringLower(Messages(message, field).SingleOrDefault() ?? []);

    private static string Text(byte[] message, int field) => Encoding.UTF8.GetString(Messages(message, field).SingleOrDefault() ?? []);

    private static long Number(byte[] message, int field) => Fields(message).SingleOrDefault(one => one.Field == field).Number;

    private static List<(int Field, long Number, byte[]? Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, long, byte[]?)>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            switch (tag & 7)
            {
                case 0:
                    fields.Add(((int)(tag >> 3), Varint(message, ref at), null));
                    break;
                case 1:
                    fields.Add(((int)(tag >> 3), BinaryPrimitives.ReadInt64LittleEndian(message.AsSpan(at)), null));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    fields.Add(((int)(tag >> 3), 0, message[at..(at + length)]));
                    at += length;
                    break;
                case 5:
                    fields.Add(((int)(tag >> 3), BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(at)), null));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"wire type {tag & 7}");
            }
        }

        return fields;
    }

    private static long Varint(byte[] message, ref int at)
    {
        var value = 0L;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (long)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
