using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace TestSupport;

/// <summary>One command as the fake received it.</summary>
public sealed record FakeCommand(string Name, bool OutOfBand, JsonElement Arguments, string Id, string Text);

/// <summary>QEMU's end of one connection: says what a test tells it to, and keeps what it hears.</summary>
public sealed class FakeConnection
{
    private readonly IDuplexPipe pipe;
    private readonly Action close;
    private readonly Channel<FakeCommand> commands = Channel.CreateUnbounded<FakeCommand>();
    private readonly SemaphoreSlim sending = new(1);

    public FakeConnection(IDuplexPipe pipe, Action close)
    {
        this.pipe = pipe;
        this.close = close;
        Closed = ReadAsync();
    }

    /// <summary>Ends when the client hung up.</summary>
    public Task Closed { get; }

    /// <summary>Every command so far.</summary>
    public List<FakeCommand> Received { get; } = [];

    public ChannelReader<FakeCommand> Commands => commands.Reader;

    /// <summary>The next command; fails when the client hangs up first, or after a generous while.</summary>
    public async Task<FakeCommand> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await commands.Reader.ReadAsync(patience.Token);
    }

    public async Task<FakeCommand> ReceiveAsync(string name)
    {
        var command = await ReceiveAsync();
        return command.Name == name ? command : throw new InvalidOperationException($"{name} was due, not {command.Text}");
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text + "\r\n"));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await sending.WaitAsync();
        try
        {
            await pipe.Output.WriteAsync(bytes);
        }
        finally
        {
            sending.Release();
        }
    }

    public Task GreetAsync(bool oob = true, string version = """{"micro":22,"minor":2,"major":7}""") => SendAsync(
        $$$"""{"QMP": {"version": {"qemu": {{{version}}}, "package": "Fake 1:7.2"}, "capabilities": [{{{(oob ? "\"oob\"" : "")}}}]}}""");

    /// <summary>Greets and grants the capabilities that the client asks for.</summary>
    public async Task<FakeCommand> HandshakeAsync(bool oob = true)
    {
        await GreetAsync(oob);
        var negotiation = await ReceiveAsync("qmp_capabilities");
        await ReturnAsync(negotiation);
        return negotiation;
    }

    public Task ReturnAsync(FakeCommand command, string value = "{}") => SendAsync($$"""{"return": {{value}}, "id": "{{command.Id}}"}""");

    public Task RefuseAsync(FakeCommand command, string errorClass = "GenericError", string description = "no") =>
        SendAsync($$"""{"error": {"class": "{{errorClass}}", "desc": "{{description}}"}, "id": "{{command.Id}}"}""");

    public Task EventAsync(string name, string? data = null) =>
        SendAsync($$"""{"timestamp": {"seconds": 1764000000, "microseconds": 123456}, "event": "{{name}}"{{(data is null ? "" : $", \"data\": {data}")}}}""");

    public void Close() => close();

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                var read = await pipe.Input.ReadAsync();
                var buffer = read.Buffer;
                while (buffer.PositionOf((byte)'\n') is { } end)
                {
                    Hear(Encoding.UTF8.GetString(buffer.Slice(0, end)));
                    buffer = buffer.Slice(buffer.GetPosition(1, end));
                }

                pipe.Input.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException or ObjectDisposedException)
        {
            // Closed by either side.
        }

        commands.Writer.TryComplete();
    }

    private void Hear(string line)
    {
        using var json = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 1024 });
        var outOfBand = json.RootElement.TryGetProperty("exec-oob", out var name);
        name = outOfBand ? name : json.RootElement.GetProperty("execute");
        var arguments = json.RootElement.TryGetProperty("arguments", out var given) ? given.Clone() : default;
        var command = new FakeCommand(name.GetString()!, outOfBand, arguments, json.RootElement.GetProperty("id").GetString()!, line);
        lock (Received)
        {
            Received.Add(command);
        }

        commands.Writer.TryWrite(command);
    }
}
