using System.Diagnostics;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Soak;

/// <summary>One process of the gateway, from its start to its end.</summary>
internal sealed record GatewayLife(HttpClient Http, int ProcessId, long Began)
{
    /// <summary>Set before it is ended: what breaks from then on may.</summary>
    public bool Ending { get; set; }
}

/// <summary>The gateway under soak, across all its deaths. Whoever uses it waits while it is down, and learns whether a broken connection was to be expected.</summary>
internal sealed class SoakGateway(RealGateway gateway, SoakReport report) : IAsyncDisposable
{
    private TaskCompletionSource<GatewayLife> life = Begun(gateway);

    public RealGateway Process => gateway;

    public TimeSpan SlowestStart { get; private set; }

    /// <summary>From SIGTERM to the end.</summary>
    public TimeSpan SlowestEnd { get; private set; }

    /// <summary>When each process was about to be ended.</summary>
    public List<DateTimeOffset> Ends { get; } = [];

    /// <summary>The process there is, or the next one.</summary>
    public Task<GatewayLife> LifeAsync(CancellationToken cancellationToken) => Volatile.Read(ref life).Task.WaitAsync(cancellationToken);

    /// <summary>Kills it with SIGKILL or ends it with SIGTERM, and starts it again after a while.</summary>
    public async Task EndAsync(bool kill, TimeSpan down)
    {
        var ending = await life.Task;
        ending.Ending = true;
        Ends.Add(DateTimeOffset.UtcNow);
        Volatile.Write(ref life, new TaskCompletionSource<GatewayLife>(TaskCreationOptions.RunContinuationsAsynchronously));
        if (kill)
        {
            await gateway.KillAsync();
        }
        else
        {
            var asked = Stopwatch.GetTimestamp();
            var code = await gateway.TerminateAsync();
            report.Hold(code == 0, () => $"SIGTERM ended the gateway with {code}");
            SlowestEnd = new[] { SlowestEnd, Stopwatch.GetElapsedTime(asked) }.Max();
        }

        report.Count(kill ? "gateway killed (SIGKILL)" : "gateway ended (SIGTERM)");
        await Task.Delay(down);
        await gateway.RestartAsync();
        SlowestStart = new[] { SlowestStart, gateway.StartTime }.Max();
        ending.Http.Dispose();
        life.SetResult(await Begun(gateway).Task);
    }

    /// <summary>One request; null when the gateway went away before it answered. A 500, silence or a broken connection breaks a promise.</summary>
    public async Task<Answer?> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        var current = await LifeAsync(cancellationToken);
        using var request = make();
        try
        {
            using var response = await current.Http.SendAsync(request, cancellationToken);
            var answer = await Answer.ReadAsync(response);
            report.Count($"answers {(int)answer.Status}");
            report.Hold((int)answer.Status != 500, () => $"{request.Method} {request.RequestUri}: 500 {answer.Text}");
            return answer;
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or ObjectDisposedException or TaskCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            report.Hold(current.Ending, () => $"{request.Method} {request.RequestUri}: no answer of a gateway that runs: {gone.Message}");
            report.Count("requests that the gateway's end cut off");
            return null;
        }
    }

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    private static TaskCompletionSource<GatewayLife> Begun(RealGateway gateway)
    {
        var begun = new TaskCompletionSource<GatewayLife>(TaskCreationOptions.RunContinuationsAsynchronously);
        var http = new HttpClient { BaseAddress = gateway.Address, Timeout = 2 * RealQemu.Patience };
        begun.SetResult(new GatewayLife(http, gateway.ProcessId, Stopwatch.GetTimestamp()));
        return begun;
    }
}
