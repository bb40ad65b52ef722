using System.Diagnostics;
using System.Text;
using TestSupport;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Support;

/// <summary>
/// The real program as a process of its own, with its own data directory and an empty working directory. A restart keeps the
/// directory, the arguments and the port.
/// </summary>
public sealed class RealGateway : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("gateway-");
    private readonly string[] program;
    private readonly string[] arguments;
    private readonly StringBuilder log = new();
    private Process? process;
    private HttpClient? http;
    private TaskCompletionSource<Uri> listening = new();
    private string url = "http://127.0.0.1:0";

    // Whether its end was asked for: one that ends by itself fails the test, which otherwise may see a closed port and no more.
    private bool told;

    private RealGateway(string[] program, string[] arguments)
    {
        (this.program, this.arguments) = (program, arguments);
        Directory.CreateDirectory(WorkingDirectory);
    }

    /// <summary>A client of the current start.</summary>
    public HttpClient Http => http ?? throw new InvalidOperationException("The gateway does not run.");

    /// <summary>What stands before it and checks what passes; null when nothing does.</summary>
    public Prism? Through { get; set; }

    /// <summary>Where it listens.</summary>
    public Uri Address => Http.BaseAddress!;

    public string DataDirectory => Path.Combine(directory.FullName, "data");

    public string WorkingDirectory => Path.Combine(directory.FullName, "work");

    /// <summary>The process of the current start.</summary>
    public int ProcessId => Running.Id;

    /// <summary>How long the last start took until it listened.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>What all starts have written to standard output and error.</summary>
    public string Log
    {
        get
        {
            lock (log)
            {
                return log.ToString();
            }
        }
    }

    private Process Running => process ?? throw new InvalidOperationException("The gateway was not started.");

    /// <summary>What stands before its command line from the next start on: a program that starts it somewhere else, or as somebody else.</summary>
    public IReadOnlyList<string> Before { get; set; } = [];

    /// <summary>More of its command line for the next start.</summary>
    public IReadOnlyList<string> Once { get; set; } = [];

    /// <summary>Starts it and returns when it listens.</summary>
    /// <param name="arguments">More of its command line; what is given here wins.</param>
    /// <exception cref="GatewayExitedException">It exited instead.</exception>
    public static Task<RealGateway> StartAsync(params string[] arguments) => StartAsync([], arguments);

    /// <inheritdoc cref="StartAsync(string[])"/>
    public static Task<RealGateway> StartAsync(IReadOnlyList<string> before, string[] arguments) =>
        StartAsync(new RealGateway(["dotnet", GatewayProgram.Path], arguments) { Before = before });

    /// <summary>Starts what is published, where there is no .NET.</summary>
    /// <inheritdoc cref="StartAsync(string[])"/>
    public static Task<RealGateway> StartPublishedAsync(params string[] arguments) =>
        StartAsync(new RealGateway(["env", "-i", PublishedGateway.Program], arguments));

    private static async Task<RealGateway> StartAsync(RealGateway gateway)
    {
        try
        {
            await gateway.LaunchAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>The argument that makes a VM known.</summary>
    public static string Vm(string id, string endpoint) => $"--Gateway:Vms:{id}:Endpoint={endpoint}";

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        told = true;
        ChildProcess.Signal(Running, QemuSignal.Kill);
        await Running.WaitForExitAsync().WaitAsync(RealQemu.Patience);
    }

    /// <summary>Sends SIGTERM; returns the exit code.</summary>
    public Task<int> TerminateAsync() => EndAsync(QemuSignal.Terminate);

    /// <summary>Sends a signal that ends it; returns the exit code.</summary>
    public async Task<int> EndAsync(QemuSignal signal)
    {
        Send(signal);
        await Running.WaitForExitAsync().WaitAsync(RealQemu.Patience);
        return Running.ExitCode;
    }

    /// <summary>Sends a signal that ends it.</summary>
    public void Send(QemuSignal signal)
    {
        told = true;
        ChildProcess.Signal(Running, signal);
    }

    /// <summary>Starts it again, on the same data directory and port; the old process is killed if it still runs.</summary>
    public async Task RestartAsync()
    {
        await EndAsync();
        await LaunchAsync();
    }

    /// <summary>
    /// Starts it again as <see cref="RestartAsync"/> does, and sends a signal that ends it after a while, whether or not it listens by
    /// then; returns the exit code.
    /// </summary>
    public async Task<int> RestartAndEndAsync(TimeSpan after, QemuSignal signal)
    {
        await EndAsync();
        await BeginAsync();
        await Task.Delay(after);
        return await EndAsync(signal);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await EndAsync();
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private async Task<Process> BeginAsync()
    {
        told = false;
        listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process = await ChildProcess.StartAsync(StartInfo());
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task LaunchAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        var process = await BeginAsync();
        await Task.WhenAny(listening.Task, process.WaitForExitAsync()).WaitAsync(RealQemu.Patience);
        if (!listening.Task.IsCompleted)
        {
            throw new GatewayExitedException(process.ExitCode, Log);
        }

        StartTime = Stopwatch.GetElapsedTime(begun);
        http = new HttpClient { BaseAddress = await listening.Task, Timeout = RealQemu.Patience };
        url = Address.ToString();
    }

    private ProcessStartInfo StartInfo()
    {
        string[] line = [.. Before, .. program, "--urls", url, $"--Gateway:DataDirectory={DataDirectory}", .. arguments, .. Once];
        Once = [];
        var info = new ProcessStartInfo(line[0], line[1..])
        {
            WorkingDirectory = WorkingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in info.Environment.Keys.Where(static name => name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)
            || name.StartsWith("Gateway__", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            info.Environment.Remove(name);
        }

        return info;
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (log)
        {
            log.AppendLine(line);
        }

        if (line.IndexOf(Listening, StringComparison.Ordinal) is var at and >= 0)
        {
            listening.TrySetResult(new Uri(line[(at + Listening.Length)..]));
        }
    }

    private async Task EndAsync()
    {
        http?.Dispose();
        http = null;
        if (process is { HasExited: false } running)
        {
            told = true;
            running.Kill();
        }

        if (process is { } ended)
        {
            process = null;
            await ended.WaitForExitAsync().WaitAsync(RealQemu.Patience);
            var code = ended.ExitCode;
            ended.Dispose();
            if (listening.Task.IsCompleted && !told)
            {
                throw new GatewayExitedException(code, Log);
            }
        }
    }
}
