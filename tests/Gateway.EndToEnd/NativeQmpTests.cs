using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>Tools that know QMP and nothing else work through the gateway as through QEMU, side by side.</summary>
public sealed class NativeQmpTests : IDisposable
{
    private const int Rounds = 50;

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("native-");

    private string Monitor => Path.Combine(directory.FullName, "vm.qmp");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task Four_kinds_of_clients_use_one_VM_at_once()
    {
        var (qemu, gateway) = await StartAsync();
        await using (qemu)
        await using (gateway)
        {
            await using var silent = await RawMonitor.ConnectAsync(Monitor);
            await silent.SendAsync("""{"execute":"qmp_capabilities"}""");
            await BuildAsync();
            var listens = new TaskCompletionSource();
            var goQemu = GoQemuAsync(2 * Rounds, listens);
            await Task.WhenAny(listens.Task, goQemu);
            await Task.WhenAll(goQemu, SocatAsync(), WebSocketAsync(gateway), HttpAsync(gateway));
            Assert.Equal(2 * Rounds, (await goQemu).Count(static line => line.TryGetProperty("event", out var name) && name.GetString() is "STOP" or "RESUME"));
        }
    }

    private string GoProgram => Path.Combine(directory.FullName, "monitor");

    private async Task BuildAsync()
    {
        var build = new ProcessStartInfo("go", ["build", "-o", GoProgram, "main.go"]) { WorkingDirectory = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "go")) };
        // Debian's sources, and no network.
        (build.Environment["GO111MODULE"], build.Environment["GOPATH"], build.Environment["GOCACHE"]) = ("off", "/usr/share/gocode", Path.Combine(directory.FullName, "cache"));
        var (exitCode, output) = await RunAsync(build);
        Assert.True(exitCode == 0, output);
    }

    /// <summary>Has a user of go-qemu ask what it asks, while it listens for the events that the others cause.</summary>
    private async Task<List<JsonElement>> GoQemuAsync(int events, TaskCompletionSource listens)
    {
        string[] questions = ["""{"execute":"query-version"}""", """{"execute":"query-status"}""", """{"execute":"query-nope"}""", """{"execute":"human-monitor-command","arguments":{"command-line":"info name"}}"""];
        var (exitCode, output) = await RunAsync(
            new ProcessStartInfo(GoProgram, [Monitor, $"{events}", .. Enumerable.Repeat(questions, 10).SelectMany(static all => all)]), listens);
        Assert.True(exitCode == 0, output);
        var told = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonElement.Parse(line)).ToList();
        Assert.Equal(20, told.Count(static line => line.TryGetProperty("answer", out var answer) && answer.TryGetProperty("return", out _)));
        Assert.Equal(10, told.Count(static line => line.TryGetProperty("error", out var error) && error.GetString()!.Contains("has not been found")));
        Assert.Equal(10, told.Count(static line => line.TryGetProperty("error", out var error) && error.GetString()!.Contains("is not allowed (")));
        return told;
    }

    private async Task SocatAsync()
    {
        var commands = string.Join('\n', Enumerable.Range(0, Rounds).Select(static i => $"{{'execute':'query-status','id':{i}}}"));
        var input = Path.Combine(directory.FullName, "commands");
        await File.WriteAllTextAsync(input, $"{{\"execute\":\"qmp_capabilities\"}}\n{commands}\n");
        var (exitCode, output) = await RunAsync(new ProcessStartInfo("sh", ["-c", $"socat -t 30 - UNIX-CONNECT:{Monitor} < {input}"]));
        Assert.True(exitCode == 0, output);
        var told = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!).Where(static line => line["event"] is null).ToArray();
        Assert.NotNull(told[0]["QMP"]);
        Assert.Equal(Enumerable.Range(0, Rounds), told[2..].Select(static line => (int)line["id"]!));
        Assert.All(told[2..], static line => Assert.NotNull(line["return"]!["status"]));
    }

    /// <summary>Stops and continues the guest, and sees each event before its answer.</summary>
    private static async Task WebSocketAsync(RealGateway gateway)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{gateway.Address.Authority}/vms/vm/qmp"), CancellationToken.None);
        Assert.NotNull((await NextAsync())["QMP"]);
        await AskAsync("qmp_capabilities", 0);
        for (var i = 1; i <= Rounds; i++)
        {
            Assert.Equal("STOP", await AskAsync("stop", i));
            Assert.Equal("RESUME", await AskAsync("cont", i));
        }

        async Task<string?> AskAsync(string command, int id)
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"execute":"{{command}}","id":{{id}}}"""), WebSocketMessageType.Text, true, CancellationToken.None);
            string? last = null;
            while (true)
            {
                var message = await NextAsync();
                if (message["event"] is { } name)
                {
                    last = (string?)name;
                    continue;
                }

                Assert.Equal(id, (int?)message["id"]);
                Assert.NotNull(message["return"]);
                return last;
            }
        }

        async Task<JsonNode> NextAsync()
        {
            var buffer = new byte[64 * 1024];
            var part = await socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(RealQemu.Patience);
            Assert.True(part.EndOfMessage);
            return JsonNode.Parse(buffer.AsSpan(0, part.Count))!;
        }
    }

    private static async Task HttpAsync(RealGateway gateway)
    {
        for (var i = 0; i < Rounds; i++)
        {
            Assert.NotNull((await gateway.GetAsync("/vms/vm/status")).Json().GetProperty("status").GetString());
        }
    }

    [Fact]
    public async Task What_is_answered_is_what_QEMU_itself_answers()
    {
        var (qemu, gateway) = await StartAsync(new() { Machine = "none" });
        await using (qemu)
        await using (gateway)
        await using (var plain = await RealQemu.StartAsync(new() { Machine = "none" }))
        {
            await using var own = await RawMonitor.ConnectAsync(plain.SocketPath);
            await using var through = await RawMonitor.ConnectAsync(Monitor);
            Same(await own.NextAsync(), await through.NextAsync(), "the greeting");
            foreach (var message in Messages)
            {
                Same(await own.AskAsync(message), await through.AskAsync(message), message);
            }
        }

        static void Same(JsonNode? expected, JsonNode? actual, string about) =>
            Assert.True(JsonNode.DeepEquals(expected, actual), $"{about}: {actual?.ToJsonString()} instead of QEMU's {expected?.ToJsonString()}");
    }

    [Fact]
    public async Task A_client_is_let_go_when_QEMU_is_killed_and_when_the_gateway_ends()
    {
        var (qemu, gateway) = await StartAsync();
        await using (qemu)
        await using (gateway)
        {
            await using var first = await RawMonitor.ConnectAsync(Monitor);
            await first.AskAsync("");
            await first.AskAsync("""{"execute":"qmp_capabilities"}""");
            qemu.Signal(QemuSignal.Kill);
            Assert.Null(await first.AnswerAsync());
            await qemu.WaitForExitAsync();
            await qemu.RestartAsync();
            await gateway.WaitForConnectionAsync("vm", "connected");

            var clients = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
            {
                var client = await RawMonitor.ConnectAsync(Monitor);
                await client.AskAsync("");
                await client.SendAsync(i % 2 == 0 ? """{"execute":"qmp_capab""" : """{"execute":"qmp_capabilities"}""");
                return client;
            }));
            var begun = Stopwatch.GetTimestamp();
            Assert.Equal(0, await gateway.TerminateAsync());
            Assert.InRange(Stopwatch.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(5));
            Assert.False(File.Exists(Monitor));
            foreach (var client in clients)
            {
                while (await client.NextAsync() is not null)
                {
                }

                await client.DisposeAsync();
            }
        }
    }

    // What differs on purpose is not here: the command policy, file descriptors, the spelling of numbers in ids, which comes back as it was.
    private static readonly string[] Messages =
    [
        """{"execute":"query-status"}""", """{"execute":"query-nope","id":5}""", """{"execute":"qmp_capabilities","arguments":{"x":1}}""",
        """{"execute":"qmp_capabilities","arguments":{"enable":5}}""", """{"exec-oob":"query-status","id":1}""",
        """{"execute":"qmp_capabilities","arguments":{"enable":["oob"]},"id":{"a":1.5}}""", """{"execute":"qmp_capabilities"}""",
        """{"execute":"query-status","id":18446744073709551615}""", """{"execute":"query-status","id":null}""", """{"execute":"query-status","id":[1,"\u00e9é"]}""",
        "[]", "5\n", "\"x\"", "true ", """{"x":1}""", """{"execute":5,"id":1}""", """{"execute":"query-status","x":1,"id":2}""", "garbage\n", "}",
        """{"execute":"query-status","exec-oob":"query-status","id":2}""", """{"execute":"query-status","arguments":[],"id":3}""", "{}", """{"id":9}""",
        """{"execute":"query-nope","id":7}""", """{"execute":"query-status","arguments":{"x":1},"id":8}""", """{"exec-oob":"query-status","id":10}""",
        """{"exec-oob":"query-nope","id":10}""", """{"execute":"query-status","control":{"run-oob":true}}""", "{'execute':'query-status','id':'it\\'s'}",
        """{"execute":"qom-list","arguments":{"path":"/nowhere"},"id":0}""", """{"execute":"query-version"}""", """{"execute":"query-commands"}""",
    ];

    private async Task<(RealQemu Qemu, RealGateway Gateway)> StartAsync(QemuOptions? options = null)
    {
        var qemu = await RealQemu.StartAsync(options ?? new() { Guest = Guests.Idle });
        var gateway = await RealGateway.StartAsync(RealGateway.Vm("vm", qemu.Endpoint), $"--Gateway:Vms:vm:Monitor=unix:{Monitor}");
        await gateway.EventAsync("vm", "VM_CONNECTED");
        return (qemu, gateway);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo info, TaskCompletionSource? speaks = null)
    {
        (info.RedirectStandardOutput, info.RedirectStandardError) = (true, true);
        using var process = await ChildProcess.StartAsync(info);
        var errors = process.StandardError.ReadToEndAsync();
        var first = await process.StandardOutput.ReadLineAsync();
        speaks?.SetResult();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(2 * RealQemu.Patience);
        return (process.ExitCode, $"{first}\n{await output}{await errors}");
    }
}
