using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Vms.Discovery;

/// <summary>
/// One inotify(7) instance for any number of directories. .NET's <see cref="FileSystemWatcher"/> uses one instance per directory, and a user may
/// have only 128 instances by default.
/// </summary>
internal sealed partial class Inotify : IDisposable
{
    /// <summary>Stands for all watches: the kernel dropped events, and any directory may have changed.</summary>
    public const int Any = -1;

    // struct inotify_event: watch, mask, cookie, and the length of the name that follows.
    private const int HeaderBytes = 16;
    private const int MaskAt = 4;
    private const int LengthAt = 12;
    private const int BufferBytes = 64 << 10;

    private readonly SafeFileHandle instance;
    private readonly Action<int, string> changed;
    private readonly Action<int> ended;
    private volatile bool over;

    private Inotify(SafeFileHandle instance, Action<int, string> changed, Action<int> ended)
    {
        (this.instance, this.changed, this.ended) = (instance, changed, ended);
        // A separate thread, because reads block until something happens.
        new Thread(Read) { IsBackground = true, Name = nameof(Inotify) }.Start();
    }

    /// <summary>Creates an instance.</summary>
    /// <param name="changed">Called on a dedicated thread with a watch and the name of a file that appeared or disappeared. The name is empty for <see cref="Any"/>.</param>
    /// <param name="ended">Called when a watch ended, usually because its directory is gone.</param>
    /// <exception cref="IOException">The user has no inotify instance left.</exception>
    public static Inotify Start(Action<int, string> changed, Action<int> ended) =>
        LibC.Init(LibC.CloseOnExec) is { IsInvalid: false } instance
            ? new Inotify(instance, changed, ended)
            : throw Failure("the user has no inotify instance left; raise fs.inotify.max_user_instances");

    /// <summary>Watches a directory. Returns the number of the watch, which is the same for every path to that directory.</summary>
    /// <exception cref="IOException">The directory cannot be watched.</exception>
    public int Add(string directory) => LibC.AddWatch(instance, directory, LibC.NamesInDirectory) is var watch and >= 0
        ? watch
        : throw Failure("the user has no inotify watch left; raise fs.inotify.max_user_watches");

    /// <summary>Ends a watch. Does nothing if it has already ended.</summary>
    public void Remove(int watch) => _ = LibC.RemoveWatch(instance, watch);

    /// <inheritdoc/>
    public void Dispose()
    {
        over = true;
        // Removing a watch causes an event, which wakes the reading thread.
        Remove(LibC.AddWatch(instance, "/", LibC.NamesInDirectory));
        instance.Dispose();
    }

    private static IOException Failure(string exhausted)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException(error is LibC.TooManyInstances or LibC.TooManyWatches ? exhausted : Marshal.GetLastPInvokeErrorMessage(), error);
    }

    private void Read()
    {
        var buffer = new byte[BufferBytes];
        while (!over)
        {
            int read;
            try
            {
                read = RandomAccess.Read(instance, buffer, fileOffset: 0);
            }
            catch (Exception closed) when (closed is ObjectDisposedException or IOException)
            {
                return;
            }

            for (var rest = buffer.AsSpan(0, read); rest.Length >= HeaderBytes && !over;)
            {
                var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(rest[LengthAt..]);
                Tell(
                    BinaryPrimitives.ReadInt32LittleEndian(rest),
                    BinaryPrimitives.ReadUInt32LittleEndian(rest[MaskAt..]),
                    Encoding.UTF8.GetString(rest.Slice(HeaderBytes, length).TrimEnd((byte)0)));
                rest = rest[(HeaderBytes + length)..];
            }
        }
    }

    private void Tell(int watch, uint mask, string name)
    {
        if ((mask & LibC.Ignored) != 0)
        {
            ended(watch);
        }
        else
        {
            changed(watch, name);
        }
    }

    private static partial class LibC
    {
        public const int CloseOnExec = 0x80000; // IN_CLOEXEC
        public const uint NamesInDirectory = 0x40 | 0x80 | 0x100 | 0x200 | 0x1000000; // IN_MOVED_FROM, IN_MOVED_TO, IN_CREATE, IN_DELETE, IN_ONLYDIR
        public const uint Ignored = 0x8000; // IN_IGNORED
        public const int TooManyInstances = 24; // EMFILE
        public const int TooManyWatches = 28; // ENOSPC

        [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial SafeFileHandle Init(int flags);

        [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial int AddWatch(SafeFileHandle instance, string path, uint mask);

        [LibraryImport("libc", EntryPoint = "inotify_rm_watch", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial int RemoveWatch(SafeFileHandle instance, int watch);
    }
}
