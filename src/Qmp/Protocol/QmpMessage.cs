using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace QmpGateway.Qmp.Protocol;

/// <summary>One message from QEMU, its payload as it came.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct QmpMessage
{
    /// <summary>Far more than any schema nests, and QEMU's own limit for what it reads (json-streamer.c).</summary>
    public const int MaxDepth = 1024;

    public QmpMessageKind Kind { get; private init; }

    /// <summary>The id of the command that is answered; null where there was none.</summary>
    public string? Id { get; private init; }

    public QmpGreeting? Greeting { get; private init; }

    public QmpEvent? Event { get; private init; }

    public JsonText Return { get; private init; }

    public string ErrorClass { get; private init; }

    public string ErrorDescription { get; private init; }

    /// <summary>Reads one whole message.</summary>
    /// <exception cref="QmpProtocolException">It is not JSON, or none of QMP's messages.</exception>
    public static QmpMessage Parse(ReadOnlySequence<byte> message) =>
        Parse(message.IsSingleSegment ? message.FirstSpan : message.ToArray());

    private static QmpMessage Parse(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            // QEMU writes none of it, and whoever reads the value later could not: a WebSocket ends at a text message that is not UTF-8.
            json = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json));
        }

        try
        {
            return new Parser(json).Parse();
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new QmpProtocolException($"malformed message: {Words(malformed)}", malformed);
        }
    }

    private static string Words(Exception malformed) => malformed switch
    {
        JsonException { BytePositionInLine: { } at } => $"invalid JSON, or more than {MaxDepth} levels of nesting, at byte {at}",
        JsonException own => own.Message,
        _ => "a member has the wrong type",
    };

    private ref struct Parser(ReadOnlySpan<byte> json)
    {
        private readonly ReadOnlySpan<byte> json = json;
        private Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        private QmpMessageKind? kind;
        private string? id;
        private string? name;
        private JsonText? data;
        private JsonText? returned;
        private DateTimeOffset? timestamp;
        private QmpGreeting? greeting;
        private (string Class, string Description) error;

        public QmpMessage Parse()
        {
            Next(); // the opening brace, which framing has seen
            while (NextMember())
            {
                if (Take("event"u8))
                {
                    kind = QmpMessageKind.Event;
                    name = EventNames.Read(ref reader);
                }
                else if (Take("data"u8))
                {
                    data = Value();
                }
                else if (Take("timestamp"u8))
                {
                    timestamp = Timestamp();
                }
                else if (Take("return"u8))
                {
                    kind = QmpMessageKind.Return;
                    returned = Value();
                }
                else if (Take("error"u8))
                {
                    kind = QmpMessageKind.Error;
                    error = Error();
                }
                else if (Take("id"u8))
                {
                    id = Id();
                }
                else if (Take("QMP"u8))
                {
                    kind = QmpMessageKind.Greeting;
                    greeting = Greeting();
                }
                else
                {
                    Skip();
                }
            }

            return new QmpMessage
            {
                Kind = kind ?? throw new JsonException("not a greeting, event or reply"),
                Id = id,
                Greeting = greeting,
                Event = name is null ? null : new QmpEvent(name, data ?? JsonText.EmptyObject, timestamp),
                Return = returned ?? JsonText.EmptyObject,
                ErrorClass = error.Class ?? "",
                ErrorDescription = error.Description ?? "",
            };
        }

        /// <summary>Goes one token on. A message is whole when it gets here, so there always is one.</summary>
        private void Next()
        {
            if (!reader.Read())
            {
                throw new JsonException("the message ends early");
            }
        }

        /// <summary>Goes on to the next member of the object; false at the object's end.</summary>
        private bool NextMember()
        {
            Next();
            return reader.TokenType == JsonTokenType.PropertyName;
        }

        /// <summary>If the member is <paramref name="member"/>, goes on to its value.</summary>
        private bool Take(ReadOnlySpan<byte> member)
        {
            if (!reader.ValueTextEquals(member))
            {
                return false;
            }

            Next();
            return true;
        }

        private void Skip()
        {
            Next();
            reader.Skip();
        }

        private JsonText Value()
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            return JsonText.Compact(json[start..(int)reader.BytesConsumed]);
        }

        // This library sends strings as ids. Another client's id may be any JSON value, and matches none of ours.
        private string Id() => reader.TokenType == JsonTokenType.String ? reader.GetString()! : Value().ToString();

        private void Object()
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException($"expected an object, not {reader.TokenType}");
            }
        }

        private DateTimeOffset? Timestamp()
        {
            long seconds = -1, microseconds = -1;
            for (Object(); NextMember();)
            {
                if (Take("seconds"u8))
                {
                    seconds = reader.GetInt64();
                }
                else if (Take("microseconds"u8))
                {
                    microseconds = reader.GetInt64();
                }
                else
                {
                    Skip();
                }
            }

            // QEMU sends -1 where it could not read a clock.
            return seconds is < 0 or > 253_402_300_799 || microseconds is < 0 or > 999_999
                ? null
                : DateTimeOffset.FromUnixTimeSeconds(seconds).AddMicroseconds(microseconds);
        }

        private (string Class, string Description) Error()
        {
            string? errorClass = null, description = null;
            for (Object(); NextMember();)
            {
                if (Take("class"u8))
                {
                    errorClass = reader.GetString();
                }
                else if (Take("desc"u8))
                {
                    description = reader.GetString();
                }
                else
                {
                    Skip();
                }
            }

            return (errorClass ?? "GenericError", description ?? "");
        }

        private QmpGreeting Greeting()
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var version = document.RootElement.GetProperty("version");
            var qemu = version.GetProperty("qemu");
            return new QmpGreeting(
                string.Create(CultureInfo.InvariantCulture, $"{Part("major")}.{Part("minor")}.{Part("micro")}"),
                version.TryGetProperty("package", out var package) ? package.GetString() ?? "" : "",
                document.RootElement.TryGetProperty("capabilities", out var capabilities) ? [.. capabilities.EnumerateArray().Select(ToText)] : [])
            {
                VersionInfo = JsonText.From(version),
            };

            int Part(string part) => qemu.GetProperty(part).GetInt32();
            static string ToText(JsonElement capability) => capability.ValueKind == JsonValueKind.String ? capability.GetString()! : capability.ToString();
        }
    }
}
