using System.Buffers;

namespace Gateway.NativeQmp;

/// <summary>
/// Splits the bytes of a client into messages, like QEMU does. A message ends where its JSON value ends. Anything that is not a JSON value is reported as
/// an error and skipped. Strings may use single quotes, which are convenient in shells (an extension of JSON by QEMU, qobject/json-lexer.c).
/// </summary>
internal sealed class NativeQmpFraming(int maxMessageBytes)
{
    private readonly List<NativeQmpInput> found = [];
    private ArrayBufferWriter<byte> text = new();
    private int depth;
    private byte quote;
    private bool escaped;

    /// <summary>The number of bytes of the incomplete message.</summary>
    public int Pending => text.WrittenCount;

    /// <summary>Adds bytes. Returns the messages that they complete.</summary>
    /// <exception cref="MessageTooLongException">A message exceeds the limit.</exception>
    public IReadOnlyList<NativeQmpInput> Add(ReadOnlySpan<byte> bytes)
    {
        found.Clear();
        foreach (var b in bytes)
        {
            if (quote != 0)
            {
                AddToText(b);
            }
            else
            {
                Add(b);
            }
        }

        return text.WrittenCount <= maxMessageBytes ? found : throw new MessageTooLongException(maxMessageBytes);
    }

    private void Add(byte b)
    {
        switch (b)
        {
            case (byte)'{' or (byte)'[':
                EndWord();
                Write(b);
                depth++;
                break;
            case (byte)'}' or (byte)']' or (byte)',' or (byte)':' when depth == 0:
                EndWord();
                found.Add(new NativeQmpInput(default, "JSON parse error, expecting value"));
                break;
            case (byte)'}' or (byte)']':
                Write(b);
                if (--depth == 0)
                {
                    EndValue();
                }

                break;
            case (byte)'"' or (byte)'\'':
                EndWord();
                Write((byte)'"');
                quote = b;
                break;
            case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' when depth == 0:
                EndWord();
                break;
            default:
                Write(b);
                break;
        }
    }

    private void AddToText(byte b)
    {
        if (escaped)
        {
            escaped = false;
            // JSON has no escape for a single quote, so the backslash is dropped.
            if (b != '\'')
            {
                Write((byte)'\\');
            }

            Write(b);
        }
        else if (b == '\\')
        {
            escaped = true;
        }
        else if (b == quote)
        {
            Write((byte)'"');
            quote = 0;
            EndWord();
        }
        else
        {
            if (b == '"')
            {
                Write((byte)'\\');
            }

            Write(b);
        }
    }

    /// <summary>Ends a value outside of any object, and reports it as an error.</summary>
    private void EndWord()
    {
        if (depth == 0 && text.WrittenCount > 0)
        {
            var word = System.Text.Encoding.UTF8.GetString(text.WrittenSpan[..Math.Min(text.WrittenCount, 32)]);
            found.Add(new NativeQmpInput(default, word is "true" or "false" or "null" || char.IsAsciiDigit(word[0]) || word[0] is '"' or '-'
                ? NativeQmpRequest.NoObject
                : $"JSON parse error, invalid keyword '{word}'"));
            text.ResetWrittenCount();
        }
    }

    private void EndValue()
    {
        var value = text.WrittenMemory;
        text = new ArrayBufferWriter<byte>();
        found.Add(value.Span[0] == '{' ? new NativeQmpInput(value, null) : new NativeQmpInput(default, NativeQmpRequest.NoObject));
    }

    private void Write(byte b)
    {
        text.GetSpan(1)[0] = b;
        text.Advance(1);
    }
}

/// <summary>A message exceeds the maximum length.</summary>
internal sealed class MessageTooLongException(int most) : Exception($"a message is larger than {most} bytes");
