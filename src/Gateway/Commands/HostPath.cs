namespace Gateway.Commands;

/// <summary>Resolves a path to a file of the host.</summary>
internal static class HostPath
{
    // The kernel's limits: PATH_MAX without the terminating null byte, and MAXSYMLINKS.
    private const int MaxLength = 4095;
    private const int MaxLinks = 40;

    // Each part costs a system call, and callers choose the path.
    private const int MaxParts = 128;

    /// <summary>
    /// Returns the path without links, as far as the gateway sees them, and without <c>.</c>, <c>..</c> and repeated slashes. Returns null if the gateway
    /// cannot tell which file it is: the path is relative (QEMU may have another working directory), the kernel would refuse it, or it leads to a
    /// different file for each process (<c>/proc/self</c>, <c>/dev/fd</c>, <c>/dev/fdset</c>).
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

    // In reverse order, for a stack.
    private static IEnumerable<string> Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(static part => part != ".").Reverse();
}
