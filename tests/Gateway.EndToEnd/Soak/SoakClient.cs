using System.Net;
using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Support;

namespace Gateway.EndToEnd.Soak;

/// <summary>Sends commands to fakes, tries again with <c>Idempotency-Key</c>, holds to a run with <c>If-Match</c>, and writes down what it was told.</summary>
internal sealed class SoakClient(string name, SoakGateway gateway, IReadOnlyList<string> fakes, IReadOnlyList<string> qemus, Random random, CommandLedger ledger, SoakReport report)
{
    private int commands;

    public async Task RunAsync(CancellationToken over)
    {
        try
        {
            while (true)
            {
                await ActAsync(Pick(fakes), over);
                await Task.Delay(random.Next(20, 300), over);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Told to stop; the command under way was told nothing.
        }
    }

    private string Pick(IReadOnlyList<string> vms) => vms[random.Next(vms.Count)];

    private Task ActAsync(string vm, CancellationToken over) => random.Next(20) switch
    {
        < 7 => TokenAsync(vm, key: false, run: false, over),
        < 11 => TokenAsync(vm, key: true, run: false, over),
        < 14 => TokenAsync(vm, key: false, run: true, over),
        14 => CountedAsync(vm, "nmi", "inject-nmi", over),
        15 => CountedAsync(vm, "reset?wait=3", "system_reset", over),
        16 => gateway.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"/vms/{vm}/status"), over),
        17 => gateway.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, "/vms"), over),
        18 => gateway.SendAsync(() => new HttpRequestMessage(HttpMethod.Post, $"/vms/{Pick(qemus)}/{(random.Next(2) == 0 ? "stop" : "cont")}?wait=2"), over),
        _ => gateway.SendAsync(() => new HttpRequestMessage(HttpMethod.Put, $"/vms/{Pick(qemus)}/actions") { Content = Json("""{"panic":"pause"}""") }, over),
    };

    private async Task TokenAsync(string vm, bool key, bool run, CancellationToken over)
    {
        var command = new SoakCommand(vm, $"{name}-{commands++}", run ? await RunOfAsync(vm, over) : null);
        ledger.Sent.Enqueue(command);
        do
        {
            command.Outcomes.Add("nothing");
            var trace = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
            command.Traces.Add(trace);
            var answer = await gateway.SendAsync(() => Request(command, key, trace), over);
            if (answer is not null)
            {
                command.Outcomes[^1] = Outcome(answer);
                report.Count($"commands told {command.Outcomes[^1]}");
                if (answer.Text.Contains("urn:qmp-gateway:timed-out\"", StringComparison.Ordinal) && command.Outcomes[^1] == "unknown" && !answer.Headers.Contains("Idempotency-Replayed"))
                {
                    command.TimedOut.Add(trace);
                }
            }
        }
        while (key && (command.Outcomes[^1] is "nothing" or "in-progress" || random.Next(3) == 0) && command.Outcomes.Count < 6);
    }

    private static HttpRequestMessage Request(SoakCommand command, bool key, string trace)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/vms/{command.Vm}/qmp")
        {
            Content = Json($$$"""{"execute":"{{{FakeReplies.TokenCommand}}}","arguments":{"token":"{{{command.Token}}}"}}"""),
        };
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        if (key)
        {
            request.Headers.Add("Idempotency-Key", command.Token);
        }

        if (command.Run is { } run)
        {
            request.Headers.Add("If-Match", $"\"{run}\"");
        }

        return request;
    }

    private async Task CountedAsync(string vm, string route, string command, CancellationToken over)
    {
        var outcome = "nothing";
        try
        {
            var answer = await gateway.SendAsync(() => new HttpRequestMessage(HttpMethod.Post, $"/vms/{vm}/{route}"), over);
            outcome = answer is null ? outcome : Outcome(answer);
        }
        finally
        {
            ledger.Told(vm, command, outcome);
        }
    }

    /// <summary>The run that the gateway shows now; a while later it may be another.</summary>
    private async Task<string?> RunOfAsync(string vm, CancellationToken over)
    {
        if (await gateway.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"/vms/{vm}"), over) is not { Status: HttpStatusCode.OK } shown)
        {
            return null;
        }

        var known = shown.Json();
        if (known.GetProperty("run").GetString() is not { } run)
        {
            return null;
        }

        // The fake's version is 7.2.INCARNATION.
        var incarnation = int.Parse(known.GetProperty("qemu").GetProperty("version").GetString()!.Split('.')[2]);
        report.Hold(ledger.Runs.GetOrAdd($"{vm} {run}", incarnation) == incarnation, () => $"{vm}: one run, {run}, stands for two processes");
        await Task.Delay(random.Next(3) == 0 ? random.Next(2_000) : 0, over);
        return run;
    }

    private string Outcome(Answer answer)
    {
        if ((int)answer.Status < 300)
        {
            return "done";
        }

        var problem = JsonElement.Parse(answer.Text);
        var slug = problem.GetProperty("type").GetString()!["urn:qmp-gateway:".Length..];
        report.Count($"problems: {slug}");
        return slug switch
        {
            "wait-timed-out" or "wait-aborted" => "done",
            "vm-not-found" or "rate-limited" => "not-sent",
            "in-progress" => slug,
            _ when problem.TryGetProperty("outcome", out var outcome) => outcome.GetString()!,
            // A read that was sent has no outcome, as it changed nothing; the fake may have received it all the same.
            "timed-out" or "outcome-unknown" => "unknown",
            _ => $"{slug}, which was not to be expected: {answer.Text}",
        };
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
