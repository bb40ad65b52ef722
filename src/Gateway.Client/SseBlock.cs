using System.Runtime.CompilerServices;

namespace QmpGateway.Client;

/// <summary>
/// The lines between two empty lines in a stream of server-sent events (WHATWG HTML, section 9.2.6). The framework's own parser updates its last id as soon as
/// it reads an <c>id</c> line, even if the stream then breaks off inside the block. A reader that resumed from that id would skip the event.
/// </summary>
/// <param name="Id">The event id; null if the block has none.</param>
/// <param name="Event">The event type; null if the block has none.</param>
/// <param name="Data">The data; null if the block has none.</param>
internal readonly record struct SseBlock(string? Id, string? Event, string? Data)
{
    /// <summary>Reads complete blocks, and drops a block that breaks off.</summary>
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
