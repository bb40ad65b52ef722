using System.Runtime.CompilerServices;

namespace QmpGateway.Client;

/// <summary>
/// What stands between two empty lines of a stream of server-sent events (WHATWG HTML, section 9.2.6). The framework's own parser moves its last id on at the
/// line of an id, also of a block that is cut off before its end: a reader that resumed by it would leave out that event.
/// </summary>
/// <param name="Id">Its id; null without one.</param>
/// <param name="Event">Its kind; null without one.</param>
/// <param name="Data">Its data; null without any.</param>
internal readonly record struct SseBlock(string? Id, string? Event, string? Data)
{
    /// <summary>Reads whole blocks; one that is cut off is none.</summary>
    public static async IAsyncEnumerable<SseBlock> ReadAsync(StreamReader lines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var block = default(SseBlock);
        while (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.Length == 0)
            {
                yield return block;
                block = default;
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var value = line[(colon + 1)..];
            value = value.StartsWith(' ') ? value[1..] : value;
            block = line[..Math.Max(colon, 0)] switch
            {
                "id" => block with { Id = value },
                "event" => block with { Event = value },
                "data" => block with { Data = block.Data is null ? value : $"{block.Data}\n{value}" },
                // A comment.
                _ => block,
            };
        }
    }
}
