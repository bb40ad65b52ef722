using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Vms.Endpoints;

/// <summary>
/// The file that a path led to when it was opened. <see cref="Path"/> is valid for reading its metadata and for connecting to a socket. Changing a link
/// afterwards has no effect on it.
/// </summary>
internal sealed partial class OpenedPath : IDisposable
{
    // The kernel's limit, MAXSYMLINKS.
    private const int MaxLinks = 40;

    private readonly SafeFileHandle file;

    private OpenedPath(SafeFileHandle file) => this.file = file;

    /// <summary>Another name of the same file, for as long as it is open.</summary>
    public string Path => $"/proc/self/fd/{file.DangerousGetHandle()}";

    /// <summary>The path of the file with links resolved.</summary>
    public string Real => new FileInfo(Path).LinkTarget!;

    /// <summary>Opens a path.</summary>
    /// <exception cref="SocketException">The file does not exist, or access is denied.</exception>
    public static OpenedPath Open(string path) => TryOpen(path) ?? throw Failure(Marshal.GetLastPInvokeError(), Marshal.GetLastPInvokeErrorMessage());

    /// <summary>Resolves links in a path, as far as the files exist. Parts that do not exist stay as they are.</summary>
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

        // A link is resolved even if its target does not exist yet.
        return new FileInfo(path).LinkTarget is { } target
            ? RealOf(System.IO.Path.Combine(directory, target), links - 1)
            : System.IO.Path.Combine(RealOf(directory, links), System.IO.Path.GetFileName(path));
    }

    private static OpenedPath? TryOpen(string path) => LibC.Open(path, LibC.PathOnly) is { IsInvalid: false } file ? new OpenedPath(file) : null;

    // The same codes that .NET uses when it connects. The message differs from .NET's "Cannot assign requested address", which would make an operator
    // suspect the network.
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
