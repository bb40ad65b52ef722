using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Vms.Endpoints;

/// <summary>
/// What a path led to when it was opened. It can be looked at, and a socket can be connected to, by <see cref="Path"/>: whoever changes a link in
/// between changes nothing about this.
/// </summary>
internal sealed partial class OpenedPath : IDisposable
{
    // The kernel follows as many links, MAXSYMLINKS.
    private const int MaxLinks = 40;

    private readonly SafeFileHandle file;

    private OpenedPath(SafeFileHandle file) => this.file = file;

    /// <summary>Another name of the same file, for as long as it is open.</summary>
    public string Path => $"/proc/self/fd/{file.DangerousGetHandle()}";

    /// <summary>The file's name without links.</summary>
    public string Real => new FileInfo(Path).LinkTarget!;

    /// <summary>Opens a path.</summary>
    /// <exception cref="SocketException">Nothing is there, or it may not be seen.</exception>
    public static OpenedPath Open(string path) => TryOpen(path) ?? throw Failure(Marshal.GetLastPInvokeError(), Marshal.GetLastPInvokeErrorMessage());

    /// <summary>The path without links, as far as there are files; a path that leads nowhere stays as it is.</summary>
    public static string RealOf(string path) => RealOf(System.IO.Path.TrimEndingDirectorySeparator(path), MaxLinks);

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static string RealOf(string path, int links)
    {
        using var opened = TryOpen(path);
        if (opened is not null)
        {
            return opened.Real;
        }

        if (System.IO.Path.GetDirectoryName(path) is not { } directory || links == 0)
        {
            return path;
        }

        // A link to a file that does not exist yet leads there all the same.
        return new FileInfo(path).LinkTarget is { } target
            ? RealOf(System.IO.Path.Combine(directory, target), links - 1)
            : System.IO.Path.Combine(RealOf(directory, links), System.IO.Path.GetFileName(path));
    }

    private static OpenedPath? TryOpen(string path) => LibC.Open(path, LibC.PathOnly) is { IsInvalid: false } file ? new OpenedPath(file) : null;

    // As .NET reports them when it connects, but for its "Cannot assign requested address", which points an operator at the network.
    private static SocketException Failure(int error, string message) => new(
        (int)(error switch
        {
            LibC.NoEntry or LibC.NoDirectory => SocketError.AddressNotAvailable,
            LibC.NoAccess => SocketError.AccessDenied,
            _ => SocketError.SocketError,
        }),
        message);

    private static partial class LibC
    {
        public const int PathOnly = 0x200000 | 0x80000; // O_PATH | O_CLOEXEC
        public const int NoEntry = 2;
        public const int NoAccess = 13;
        public const int NoDirectory = 20;

        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial SafeFileHandle Open(string path, int flags);
    }
}
