using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Gateway.EndToEnd.Support;
using Microsoft.Data.Sqlite;

namespace Gateway.EndToEnd.Soak;

/// <summary>Does to the gateway and its VMs what happens to them in years, one fault after the other, several at a time.</summary>
internal sealed class SoakFaults(
    SoakPlan plan, SoakGateway gateway, IReadOnlyList<SoakFake> fakes, IReadOnlyList<SoakFake> registered, IReadOnlyList<SoakQemu> qemus, SoakReport report)
{
    private static readonly string[] Garbage =
    [
        "SSH-2.0-OpenSSH_9.2\r\n", "{]\r\n", "{\"event\": 5}\r\n", "{\"event\": \"X\", \"data\": [\r\n]}}\r\n", "\0\0\0\0", "HTTP/1.1 400 Bad Request\r\n\r\n", "{\"return\": 01}\r\n",
    ];

    private readonly Random random = plan.RandomFor("faults");
    private readonly ConcurrentDictionary<string, Task> underWay = new();

    public async Task RunAsync(CancellationToken over)
    {
        var began = Stopwatch.GetTimestamp();
        var nextCrash = TimeSpan.FromSeconds(2);
        try
        {
            while (true)
            {
                await Task.Delay(random.Next(4_000 / fakes.Count, 20_000 / fakes.Count), over);
                if (Stopwatch.GetElapsedTime(began) is var now && now > nextCrash && now < plan.Crashes)
                {
                    await gateway.EndAsync(kill: random.Next(5) > 0, TimeSpan.FromMilliseconds(random.Next(2_000)));
                    nextCrash = now + TimeSpan.FromSeconds(random.Next(3, 15));
                }

                await DrawAsync(over);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            await Task.WhenAll(underWay.Values);
        }
    }

    private async Task DrawAsync(CancellationToken over)
    {
        var fake = fakes[random.Next(fakes.Count)];
        var qemu = qemus[random.Next(qemus.Count)];
        var duration = TimeSpan.FromMilliseconds(random.Next(3_000));
        switch (random.Next(100))
        {
            case < 40:
                var count = random.Next(100, 1_500);
                await OnAsync("bursts", fake.Id, () => fake.EventsAsync(count));
                break;
            case < 52: await OnAsync("fakes hung up", fake.Id, fake.HangUpAsync); break;
            case < 64: await OnAsync("fakes sent garbage", fake.Id, () => fake.BreakAsync(Garbage[random.Next(Garbage.Length)], hangUp: false)); break;
            case < 74: await OnAsync("fakes sent half a message and hung up", fake.Id, () => fake.BreakAsync("{\"event\": \"NUMBERED_A\", \"da", hangUp: true)); break;
            case < 84: await OnAsync("fakes restarted, their socket replaced", fake.Id, () => fake.RestartAsync(duration)); break;
            case < 88: await OnAsync("QEMUs stopped and continued", qemu.Id, () => qemu.HangAsync(duration)); break;
            case < 89: await OnAsync("QEMUs killed and restarted", qemu.Id, qemu.RestartAsync); break;
            case < 91: await OnAsync("QEMUs told to quit and restarted", qemu.Id, () => qemu.QuitAsync(gateway, report)); break;
            case < 98:
                var comer = registered[random.Next(registered.Count)];
                await OnAsync("VMs deleted and put again", comer.Id, () => ReplaceAsync(comer, over));
                break;
            default:
                report.Count("journals locked by somebody else");
                await LockAsync(duration);
                break;
        }
    }

    /// <summary>Begins a fault, unless another one is under way there.</summary>
    private Task OnAsync(string what, string target, Func<Task> fault)
    {
        if (!underWay.TryGetValue(target, out var before) || before.IsCompleted)
        {
            before?.GetAwaiter().GetResult();
            report.Count(what);
            underWay[target] = Task.Run(fault);
        }

        return Task.CompletedTask;
    }

    private async Task ReplaceAsync(SoakFake fake, CancellationToken over)
    {
        try
        {
            var deleted = await gateway.SendAsync(() => new HttpRequestMessage(HttpMethod.Delete, $"/vms/{fake.Id}"), over);
            report.Hold(deleted is null || (int)deleted.Status is 204 or 404, () => $"DELETE {fake.Id}: {deleted}");
            if (deleted is { Status: System.Net.HttpStatusCode.NoContent })
            {
                report.Count($"removed {fake.Id}");
            }
        }
        catch (OperationCanceledException)
        {
            // Put again all the same.
        }

        await PutAsync(gateway, fake, report);
    }

    /// <summary>Makes a VM known; tries until a gateway has said that it is.</summary>
    public static async Task PutAsync(SoakGateway gateway, SoakFake fake, SoakReport report)
    {
        Answer? put;
        do
        {
            put = await gateway.SendAsync(() => new HttpRequestMessage(HttpMethod.Put, $"/vms/{fake.Id}")
            {
                Content = new StringContent($$$"""{"endpoint":"{{{fake.Endpoint}}}","labels":{"at":"{{{Environment.TickCount64}}}"}}""", Encoding.UTF8, "application/json"),
            }, CancellationToken.None);
            report.Hold(put is null || (int)put.Status is 200 or 201, () => $"PUT {fake.Id}: {put}");
        }
        while (put is null);
    }

    /// <summary>Keeps the journal's file from being written, as a full or hung disk does.</summary>
    private async Task LockAsync(TimeSpan duration)
    {
        await using var journal = new SqliteConnection($"Data Source={Path.Combine(gateway.Process.DataDirectory, "journal.db")};Pooling=False");
        await journal.OpenAsync();
        await using var command = journal.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync();
        await Task.Delay(duration);
        command.CommandText = "ROLLBACK";
        await command.ExecuteNonQueryAsync();
    }
}
