using System.Diagnostics;
using System.Text;
using Gateway.EndToEnd.Tools;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Support;

/// <summary>
/// Prism before a server, which holds each request and each answer against openapi/gateway.v1.json. What breaks the document is answered with a
/// problem of Prism's own instead: 422 for the request, 500 for the answer.
/// </summary>
public sealed class Prism : IAsyncDisposable
{
    private const string Listening = "Prism is listening on ";

    private readonly Process process;
    private readonly StringBuilder log = new();
    private readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HttpClient? http;

    private Prism(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>A client that talks through it.</summary>
    public HttpClient Http => http!;

    /// <summary>Starts it and returns when it listens.</summary>
    /// <param name="server">The server that it passes requests on to.</param>
    public static async Task<Prism> StartAsync(Uri server)
    {
        var info = DocumentTools.StartInfo(
            "node", "node_modules/@stoplight/prism-cli/dist/index.js", "proxy", DocumentTools.Document, server.ToString().TrimEnd('/'),
            "--errors", "--host", "127.0.0.1", "--port", "0");
        var prism = new Prism(await ChildProcess.StartAsync(info));
        try
        {
            await Task.WhenAny(prism.listening.Task, prism.process.WaitForExitAsync()).WaitAsync(RealQemu.Patience);
            if (!prism.listening.Task.IsCompleted)
            {
                throw new InvalidOperationException($"Prism ended: {prism.Log}");
            }

            prism.http = new HttpClient { BaseAddress = await prism.listening.Task, Timeout = RealQemu.Patience };
            return prism;
        }
        catch
        {
            await prism.DisposeAsync();
            throw;
        }
    }

    private string Log
    {
        get
        {
            lock (log)
            {
                return log.ToString();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        http?.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync().WaitAsync(RealQemu.Patience);
        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null || listening.Task.IsCompleted)
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
}
