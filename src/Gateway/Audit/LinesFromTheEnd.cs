
namespace Gateway.Audit;

/// <summary>Reads the lines of a file from the last to the first. It reads only as much of the file as the caller enumerates.</summary>
internal static class LinesFromTheEnd
{
    private const int Block = 64 * 1024;

    public static IEnumerable<ReadOnlyMemory<byte>> Of(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var end = file.Length;
        byte[] rest = [];
        while (end > 0)
        {
            var start = Math.Max(0, end - Block);
            var bytes = new byte[end - start + rest.Length];
            file.Position = start;
            file.ReadExactly(bytes, 0, (int)(end - start));
            rest.CopyTo(bytes, end - start);
            var upTo = bytes.Length;
            while (bytes.AsSpan(0, upTo).LastIndexOf((byte)'\n') is >= 0 and var newline)
            {
                if (newline + 1 < upTo)
                {
                    yield return bytes.AsMemory(newline + 1, upTo - newline - 1);
                }

                upTo = newline;
            }

            (rest, end) = (bytes[..upTo], start);
        }

        if (rest.Length > 0)
        {
            yield return rest;
        }
    }
}
