using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Support;

/// <summary>A script of the directory <c>js</c>, run by Node.js; what it prints is a JSON object a line.</summary>
public sealed class NodeScript : IAsyncDisposable
{
    private readonly ConcurrentQueue<JsonElement> lines = [];
    private readonly ConcurrentQueue<string> errors = [];
    private readonly Process process;

    // Once all that it printed is read.
    private readonly Task ended;

    private NodeScript(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        ended = process.WaitForExitAsync();
    }

    /// <summary>What it has printed so far.</summary>
    public IReadOnlyCollection<JsonElement> Lines => lines;

    private string Said => string.Join('\n', [.. lines.Select(static line => line.GetRawText()), .. errors]);

    // The sources stand above the build output: THIS/bin/CONFIGURATION/FRAMEWORK.
    private static string Scripts => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "js"));

    /// <summary>Starts a script with one argument, an object.</summary>
    public static async Task<NodeScript> StartAsync(string script, object argument)
    {
        if (!Directory.Exists(Path.Combine(Scripts, "node_modules")))
        {
            throw new InvalidOperationException($"The scripts' packages are missing: run `npm ci` in {Scripts}");
        }

        return new NodeScript(await ChildProcess.StartAsync(new ProcessStartInfo("node", [script, JsonSerializer.Serialize(argument)])
        {
            WorkingDirectory = Scripts,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }));
    }

    /// <summary>Waits for the first line that has a member of this name, and returns the member.</summary>
    /// <exception cref="InvalidOperationException">The script ended without it.</exception>
    public async Task<JsonElement> LineAsync(string member)
    {
        var found = default(JsonElement);
        await Poll.UntilAsync(
            () =>
            {
                var over = ended.IsCompleted;
                found = lines.FirstOrDefault(line => line.TryGetProperty(member, out _));
                return Task.FromResult(found.ValueKind == JsonValueKind.Object ? "there"
                    : over ? throw new InvalidOperationException($"The script ended without {member}: {Said}")
                    : $"no {member} in: {Said}");
            },
            "there");
        return found.GetProperty(member);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await ended.WaitAsync(RealQemu.Patience);
        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(JsonDocument.Parse(line).RootElement);
        }
    }
}
