using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using TestSupport.Qemu;

namespace Benchmarks.Processes;

/// <summary>A process that is measured, or that measures are taken with.</summary>
internal sealed partial class Child : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Child(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Look(line.Data);
        process.ErrorDataReceived += (_, line) => Errors = line.Data is { Length: > 0 } text ? text : Errors;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => listening.Task.Result;

    /// <summary>Processor time so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Memory of its own: what others share is not counted.</summary>
    public long PrivateBytes => 1024 * File.ReadLines($"/proc/{process.Id}/smaps_rollup").Where(static line => line.StartsWith("Private_", StringComparison.Ordinal))
        .Sum(static line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));

    private string Errors { get; set; } = "";

    /// <summary>Starts a program, and waits until it says where it listens.</summary>
    public static async Task<Child> StartAsync(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["DOTNET_TieredPGO"] = Environment.GetEnvironmentVariable("DOTNET_TieredPGO");
        var child = new Child(await ChildProcess.StartAsync(info));
        await Task.WhenAny(child.listening.Task, child.process.WaitForExitAsync()).WaitAsync(Patience);
        return child.listening.Task.IsCompleted ? child : throw new InvalidOperationException($"{program} ended: {child.Errors}");
    }

    /// <summary>Starts a verb of this program.</summary>
    public static Task<Child> StartOwnAsync(params string[] verb) => StartAsync("dotnet", [typeof(Child).Assembly.Location, .. verb]);

    /// <summary>Says something to it.</summary>
    public void Tell(string line)
    {
        process.StandardInput.WriteLine(line);
        process.StandardInput.Flush();
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private void Look(string? line)
    {
        if (line is not null && Listening().Match(line) is { Success: true } found)
        {
            listening.TrySetResult(new Uri(found.Groups[1].Value));
        }
    }

    [GeneratedRegex("Now listening on: (\\S+)")]
    private static partial Regex Listening();
}
