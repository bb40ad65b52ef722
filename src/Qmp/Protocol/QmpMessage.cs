using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace QmpGateway.Qmp.Protocol;

/// <summary>One message from QEMU, with its payload verbatim.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct QmpMessage
{
    /// <summary>The maximum nesting: far more than any schema needs, and QEMU's own limit for its input (json-streamer.c).</summary>
    public const int MaxDepth = 1024;

    public QmpMessageKind Kind { get; private init; }

    /// <summary>The id of the command that the reply belongs to; null if the message has no id.</summary>
    public string? Id { get; private init; }

    public QmpGreeting? Greeting { get; private init; }

    public QmpEvent? Event { get; private init; }

    public JsonText Return { get; private init; }

    public string ErrorClass { get; private init; }

    public string ErrorDescription { get; private init; }

    /// <summary>Parses one complete message.</summary>
    /// <exception cref="QmpProtocolException">The bytes are not valid JSON, or not a QMP message.</exception>
    public static QmpMessage Parse(ReadOnlySequence<byte> message) =>
        Parse(message.IsSingleSegment ? message.FirstSpan : message.ToArray());

    private static QmpMessage Parse(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            // QEMU always sends valid UTF-8. Invalid bytes would fail later: a WebSocket closes on a text message that is not UTF-8.
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
            Next(); // The opening brace, which framing has already found.
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

        /// <summary>Reads the next token. There always is one, because the message is complete.</summary>
        private void Next()
        {
            if (!reader.Read())
            {
                throw new JsonException("the message ends early");
            }
        }

        /// <summary>Moves to the next member of the object. Returns false at the end of the object.</summary>
        private bool NextMember()
        {
            Next();
            return reader.TokenType == JsonTokenType.PropertyName;
        }

        /// <summary>Moves to the value of the current member if its name is <paramref name="member"/>.</summary>
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

            // QEMU sends -1 if it could not read the clock.
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
