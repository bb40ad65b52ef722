using System.Buffers;

namespace Gateway.NativeQmp;

/// <summary>What came from a client: a JSON object, or what is wrong with it.</summary>
/// <param name="Json">An object, unless braces and brackets were mixed up in it.</param>
/// <param name="Fault">Why it is none, in the words of QEMU's parser.</param>
internal readonly record struct NativeQmpInput(ReadOnlyMemory<byte> Json, string? Fault);

/// <summary>
/// Cuts what a client sends where QEMU cuts it: a message ends where its JSON value does, and what is none is told and passed over. Texts may
/// stand in single quotes, as people write them in shells (QEMU's own extension of JSON, qobject/json-lexer.c).
/// </summary>
internal sealed class NativeQmpFraming(int maxMessageBytes)
{
    private readonly List<NativeQmpInput> found = [];
    private ArrayBufferWriter<byte> text = new();
    private int depth;
    private byte quote;
    private bool escaped;

    /// <summary>Bytes of the message that has not ended.</summary>
    public int Pending => text.WrittenCount;

    /// <summary>Takes the next bytes; answers what ended in them.</summary>
    /// <exception cref="MessageTooLongException">A message has no end.</exception>
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
            // JSON has no such escape.
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

    /// <summary>What stands by itself, outside of any object, ends here.</summary>
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

/// <summary>A message is longer than a client may send.</summary>
internal sealed class MessageTooLongException(int most) : Exception($"a message of more than {most} bytes");
