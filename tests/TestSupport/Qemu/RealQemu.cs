using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace TestSupport.Qemu;

/// <summary>
/// One real QEMU in a directory of its own: its first monitor is for the code under test, <see cref="Side"/> for the test itself.
/// </summary>
public sealed class RealQemu : IAsyncDisposable
{
    /// <summary>No wait of a test is longer than this.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly QemuOptions options;
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("qemu-");
    private readonly Socket sideListener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly StringBuilder output = new();
    private Process? process;
    private SideMonitor? side;
    private int port;

    private RealQemu(QemuOptions options)
    {
        this.options = options;
        sideListener.Bind(new UnixDomainSocketEndPoint(PathOf("side.sock")));
        sideListener.Listen();
        if (options.Guest is { } guest)
        {
            File.WriteAllBytes(PathOf("disk.img"), guest);
        }
    }

    /// <summary>The monitor's Unix socket; also where it would be with <see cref="QemuOptions.Tcp"/>.</summary>
    public string SocketPath => options.SocketPath ?? PathOf("qmp.sock");

    /// <summary>The monitor under test: <c>unix:/path</c> or <c>tcp:127.0.0.1:port</c>.</summary>
    public string Endpoint => options.Tcp ? $"tcp:127.0.0.1:{port}" : $"unix:{SocketPath}";

    /// <summary>The test's own monitor.</summary>
    public SideMonitor Side => side ?? throw new InvalidOperationException("QEMU is not running.");

    /// <summary>The process of the current start.</summary>
    public int ProcessId => Running.Id;

    /// <summary>Whether the process is gone.</summary>
    public bool HasExited => Running.HasExited;

    /// <summary>What QEMU has written to its standard output and error.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>What the guest has written to the debug console since this start.</summary>
    public string Marks => File.ReadAllText(PathOf("marks"));

    private Process Running => process ?? throw new InvalidOperationException("QEMU was not started.");

    /// <summary>Starts a QEMU and returns when its monitors can be connected to.</summary>
    /// <exception cref="InvalidOperationException">It exited instead; the message has what it wrote.</exception>
    public static async Task<RealQemu> StartAsync(QemuOptions options)
    {
        var qemu = new RealQemu(options);
        try
        {
            await qemu.LaunchAsync();
            return qemu;
        }
        catch
        {
            await qemu.DisposeAsync();
            throw;
        }
    }

    /// <summary>A file of this name in the QEMU's own directory, which is its working directory.</summary>
    public string PathOf(string name) => Path.Combine(directory.FullName, name);

    /// <summary>Lets the guest of a <see cref="QemuOptions.Paused"/> QEMU run.</summary>
    public Task ContinueAsync() => Side.ExecuteAsync("cont");

    /// <summary>Waits until the guest has written exactly this to the debug console.</summary>
    public Task WaitForMarksAsync(string marks) => Poll.UntilAsync(() => Task.FromResult(Marks), marks);

    /// <summary>Sends a signal to this one process.</summary>
    public void Signal(QemuSignal signal) => ChildProcess.Signal(Running, signal);

    /// <summary>Waits until QEMU has ended by itself, and returns its exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await Running.WaitForExitAsync().WaitAsync(Patience);
        return Running.ExitCode;
    }

    /// <summary>Another process on the same socket path or port; the old one is killed if it still runs.</summary>
    public async Task RestartAsync()
    {
        await EndAsync();
        await LaunchAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        sideListener.Dispose();
        directory.Delete(recursive: true);
    }

    // QEMU dials the side monitor, so that nobody has to guess when it listens: its greeting says that the main loop runs,
    // and the monitor under test has been listening since before the machine was made.
    private async Task LaunchAsync()
    {
        process = await ChildProcess.StartAsync(StartInfo());
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        using var limit = new CancellationTokenSource(Patience);
        var connecting = SideMonitor.AcceptAsync(sideListener, limit.Token);
        await Task.WhenAny(connecting, process.WaitForExitAsync());
        if (!connecting.IsCompletedSuccessfully)
        {
            await limit.CancelAsync();
            await EndAsync();
            throw new InvalidOperationException($"QEMU did not start: {Output}");
        }

        side = await connecting;
        if (options.Tcp && port == 0)
        {
            port = await ListeningPortAsync();
        }
    }

    private ProcessStartInfo StartInfo()
    {
        string[] monitor = ["-qmp", $"{(options.Tcp ? $"tcp:127.0.0.1:{port}" : "unix:" + SocketPath)},server=on,wait=off"];
        string[] disk = options.Guest is null
            ? []
            : ["-drive", "id=boot,file=disk.img,format=raw,if=none", "-device", "ide-hd,drive=boot,bus=ide.0,bootindex=0"];
        string[] console = options.Machine == "pc" ? ["-debugcon", "file:marks"] : [];
        string[] paused = options.Paused ? ["-S"] : [];
        return new("qemu-system-x86_64",
            [
                "-display", "none", "-nodefaults", "-no-user-config", "-m", "16", "-machine", options.Machine, "-accel", "tcg",
                .. monitor, "-qmp", "unix:side.sock", .. console, .. disk, .. paused, .. options.Arguments,
            ])
        {
            WorkingDirectory = directory.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    private async Task<int> ListeningPortAsync()
    {
        // The first monitor of the command line; its "filename" is disconnected:tcp:127.0.0.1:PORT,server=on
        var chardevs = await Side.ExecuteAsync("query-chardev");
        var monitor = chardevs.EnumerateArray().Single(chardev => chardev.GetProperty("label").ValueEquals("compat_monitor0"));
        return int.Parse(monitor.GetProperty("filename").GetString()!.Split(':', ',')[3]);
    }

    private void Keep(string? line)
    {
        lock (output)
        {
            // The end of the stream comes as null.
            _ = line is null ? output : output.AppendLine(line);
        }
    }

    private async Task EndAsync()
    {
        if (process is { } running)
        {
            running.Kill();
            await running.WaitForExitAsync().WaitAsync(Patience);
        }

        if (side is { } monitor)
        {
            side = null;
            await monitor.DisposeAsync();
        }
    }
}
