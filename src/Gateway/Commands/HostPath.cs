namespace Gateway.Commands;

/// <summary>Finds out which file of the host a path names.</summary>
internal static class HostPath
{
    // The kernel's own bounds: PATH_MAX without the end, and MAXSYMLINKS.
    private const int MaxLength = 4095;
    private const int MaxLinks = 40;

    // Each part costs a call of the system, and callers choose the path.
    private const int MaxParts = 128;

    /// <summary>
    /// The path without links, as far as the gateway sees them, and without <c>.</c>, <c>..</c> and doubled slashes. Null where the gateway cannot
    /// know the file: the path is relative (QEMU has a working directory of its own), the kernel would refuse it, or it leads through what
    /// is another file for each process (<c>/proc/self</c>, <c>/dev/fd</c>, <c>/dev/fdset</c>).
    /// </summary>
    public static string? Resolve(string path)
    {
        if (!path.StartsWith('/') || path.Length > MaxLength || path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var rest = new Stack<string>(Parts(path));
        var (real, links, parts) = ("", 0, 0);
        while (rest.TryPop(out var part))
        {
            if (++parts > MaxParts)
            {
                return null;
            }

            if (part == "..")
            {
                real = real[..Math.Max(0, real.LastIndexOf('/'))];
                continue;
            }

            real = $"{real}/{part}";
            if (real is "/proc" or "/dev/fdset")
            {
                return null;
            }

            if (new FileInfo(real).LinkTarget is not { } target)
            {
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            real = target.StartsWith('/') ? "" : real[..real.LastIndexOf('/')];
            foreach (var inner in Parts(target))
            {
                rest.Push(inner);
            }
        }

        return real.Length == 0 ? "/" : real;
    }

    // The last first.
    private static IEnumerable<string> Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(static part => part != ".").Reverse();
}
