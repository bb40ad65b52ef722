using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using QmpGateway.Qmp;

namespace TestSupport;

/// <summary>A QMP server that does what a test tells it, over a pipe in memory, a Unix socket or a TCP port.</summary>
public sealed class FakeQemu : IDisposable
{
    private readonly Channel<FakeConnection> accepted = Channel.CreateUnbounded<FakeConnection>();
    private readonly Socket? listener;
    private readonly string? path;

    private FakeQemu(Socket? listener, string endpoint)
    {
        this.listener = listener;
        path = endpoint.StartsWith("unix:", StringComparison.Ordinal) ? endpoint["unix:".Length..] : null;
        Endpoint = endpoint;
        if (listener is not null)
        {
            listener.Listen(1);
            _ = AcceptSocketsAsync(listener);
        }
    }

    /// <summary>Where a client finds it.</summary>
    public string Endpoint { get; }

    /// <summary>What <see cref="DialAsync"/> tells of the process at this end; another text is another process.</summary>
    public string? Peer { get; set; } = "fake";

    /// <summary>Set to have <see cref="DialAsync"/> fail.</summary>
    public Exception? DialFailure { get; set; }

    public int Dials { get; private set; }

    /// <summary>The clients' connections, nothing said yet; ends when this is disposed.</summary>
    public ChannelReader<FakeConnection> Connections => accepted.Reader;

    public static FakeQemu InMemory() => new(null, "unix:/in/memory");

    public static FakeQemu OnUnix(string path)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        return new FakeQemu(listener, $"unix:{path}");
    }

    /// <param name="port">Where it listens on the loopback; any free port by default.</param>
    public static FakeQemu OnTcp(int port = 0)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return new FakeQemu(listener, $"tcp:127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}");
    }

    /// <summary>Dials over a pipe in memory.</summary>
    public Task<QmpTransport> DialAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Dials++;
        if (DialFailure is not null)
        {
            return Task.FromException<QmpTransport>(DialFailure);
        }

        var toClient = new Pipe(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        var toQemu = new Pipe(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        accepted.Writer.TryWrite(new FakeConnection(new Duplex(toQemu.Reader, toClient.Writer), () =>
        {
            toClient.Writer.Complete();
            toQemu.Reader.CancelPendingRead();
        }));
        return Task.FromResult(new QmpTransport(new Duplex(toClient.Reader, toQemu.Writer), Peer));
    }

    /// <summary>The next client's connection, nothing said yet.</summary>
    public async Task<FakeConnection> AcceptAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await accepted.Reader.ReadAsync(patience.Token);
    }

    public void Dispose()
    {
        listener?.Dispose();
        accepted.Writer.TryComplete();
        if (path is not null && listener is not null)
        {
            File.Delete(path);
        }

        while (accepted.Reader.TryRead(out var unserved))
        {
            unserved.Close();
        }
    }

    private async Task AcceptSocketsAsync(Socket from)
    {
        try
        {
            while (true)
            {
                var socket = await from.AcceptAsync();
                var stream = new NetworkStream(socket, ownsSocket: true);
                accepted.Writer.TryWrite(new FakeConnection(new Duplex(PipeReader.Create(stream), PipeWriter.Create(stream)), socket.Dispose));
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }
        catch (ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
