using System.Net.Sockets;
using QmpGateway.Qmp;
using TestSupport;

namespace Gateway.Tests;

/// <summary>A <see cref="FakeQemu"/> that behaves like a simple QEMU, unless a test says otherwise, and records what it is told.</summary>
public sealed class FakeVm : IDisposable
{
    private readonly Lock sync = new();
    private readonly FakeQemu qemu;
    private readonly List<FakeCommand> received = [];
    private readonly Dictionary<string, Func<FakeCommand, Task>> behaviours = [];
    private readonly TestSignal changed = new();
    private volatile FakeConnection? connection;

    private FakeVm(FakeQemu qemu) => this.qemu = qemu;

    /// <summary>How the next clients are received.</summary>
    public Reception Reception { get; set; }

    /// <summary>Whether out-of-band execution is on offer.</summary>
    public bool OutOfBand { get; set; } = true;

    /// <summary>The version that it greets with.</summary>
    public string Version { get; set; } = """{"micro":22,"minor":2,"major":7}""";

    /// <summary>The answer to <c>query-status</c>.</summary>
    public string Status { get; set; } = Running;

    /// <summary>Names the process; another text is another run.</summary>
    public string? Peer
    {
        get => qemu.Peer;
        set => qemu.Peer = value;
    }

    public int Dials => qemu.Dials;

    /// <summary>Whether somebody listens.</summary>
    public bool IsListening
    {
        get => qemu.DialFailure is null;
        set => qemu.DialFailure = value ? null : new SocketException((int)SocketError.ConnectionRefused);
    }

    /// <summary>What failed dialling, beside nobody listening.</summary>
    public Exception? DialFailure
    {
        get => qemu.DialFailure;
        set => qemu.DialFailure = value;
    }

    public static string Running => StatusOf("running");

    public static string Paused => StatusOf("paused");

    /// <summary>All commands received so far, but for the handshake's.</summary>
    public IReadOnlyList<FakeCommand> Received
    {
        get
        {
            lock (sync)
            {
                return [.. received];
            }
        }
    }

    /// <summary>What was received beside questions for the status, which the gateway asks by itself.</summary>
    public IReadOnlyList<string> Sent => [.. Received.Where(static command => command.Name != "query-status").Select(static command => command.Name)];

    public static FakeVm InMemory() => new(FakeQemu.InMemory());

    /// <summary>Listens on a socket file, to be dialled for real.</summary>
    public static FakeVm OnUnix(string path)
    {
        var vm = new FakeVm(FakeQemu.OnUnix(path));
        _ = vm.AcceptAsync();
        return vm;
    }

    public static string StatusOf(string state) => $$"""{"running": {{(state == "running" ? "true" : "false")}}, "singlestep": false, "status": "{{state}}"}""";

    /// <summary>Dials over a pipe in memory.</summary>
    public async Task<QmpTransport> DialAsync(CancellationToken cancellationToken)
    {
        var transport = await qemu.DialAsync(cancellationToken);
        _ = ServeAsync(await qemu.AcceptAsync());
        return transport;
    }

    /// <summary>Has a command done in another way.</summary>
    public void On(string command, Func<FakeCommand, Task> behaviour)
    {
        lock (sync)
        {
            behaviours[command] = behaviour;
        }
    }

    /// <summary>Does not answer a command, until told to by <see cref="ReturnAsync"/> or <see cref="RefuseAsync"/>.</summary>
    public void Hang(string command) => On(command, static _ => Task.CompletedTask);

    /// <summary>Hangs up at a command, without an answer.</summary>
    public void Drop(string command) => On(command, _ =>
    {
        HangUp();
        return Task.CompletedTask;
    });

    public void Refuse(string command, string errorClass = "GenericError", string description = "no") =>
        On(command, received => RefuseAsync(received, errorClass, description));

    /// <summary>Answers a command with a value.</summary>
    public void Return(string command, string value) => On(command, received => ReturnAsync(received, value));

    /// <summary>Does a command as usual again.</summary>
    public void Behave(string command)
    {
        lock (sync)
        {
            behaviours.Remove(command);
        }
    }

    public Task ReturnAsync(FakeCommand command, string value = "{}") => connection!.ReturnAsync(command, value);

    public Task RefuseAsync(FakeCommand command, string errorClass = "GenericError", string description = "no") =>
        connection!.RefuseAsync(command, errorClass, description);

    public Task EventAsync(string name, string? data = null) => connection!.EventAsync(name, data);

    /// <summary>Sends any text.</summary>
    public Task SendAsync(string text) => connection!.SendAsync(text);

    /// <summary>Sends any bytes.</summary>
    public Task SendAsync(ReadOnlyMemory<byte> bytes) => connection!.SendAsync(bytes);

    /// <summary>Is in another state from now on, and says so by an event.</summary>
    public Task BecomeAsync(string state, string @event, string? data = null)
    {
        Status = StatusOf(state);
        return EventAsync(@event, data);
    }

    public void HangUp() => connection?.Close();

    /// <summary>Waits for a command; the n-th of its name, the first by default.</summary>
    public async Task<FakeCommand> ReceivedAsync(string command, int count = 1)
    {
        await changed.UntilAsync(() => Received.Count(one => one.Name == command) >= count, $"{count} times {command}");
        return Received.Where(one => one.Name == command).ElementAt(count - 1);
    }

    /// <summary>Waits for the n-th dialling.</summary>
    public Task DialledAsync(int count) => changed.UntilAsync(() => Dials >= count, $"{count} diallings");

    public void Dispose()
    {
        HangUp();
        qemu.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                _ = ServeAsync(await qemu.AcceptAsync());
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(FakeConnection client)
    {
        connection = client;
        changed.Set();
        switch (Reception)
        {
            case Reception.Silent: return;
            case Reception.Garbage:
                await client.SendAsync("SSH-2.0-OpenSSH_9.2");
                return;
            case Reception.HangingUp:
                client.Close();
                return;
        }

        await client.GreetAsync(OutOfBand, Version);
        await foreach (var command in client.Commands.ReadAllAsync())
        {
            try
            {
                await AnswerAsync(client, command);
            }
            catch (InvalidOperationException)
            {
                // Closed meanwhile.
            }

            changed.Set();
        }
    }

    private async Task AnswerAsync(FakeConnection client, FakeCommand command)
    {
        if (command.Name == "qmp_capabilities")
        {
            await (Reception switch
            {
                Reception.Stuck => Task.CompletedTask,
                Reception.Refusing => client.RefuseAsync(command, description: "Capability 'oob' is out of fashion"),
                _ => client.ReturnAsync(command),
            });
            return;
        }

        Func<FakeCommand, Task>? behaviour;
        lock (sync)
        {
            received.Add(command);
            behaviour = behaviours.GetValueOrDefault(command.Name);
        }

        await (behaviour is null ? SimpleQemu.AnswerAsync(this, client, command) : behaviour(command));
    }
}
