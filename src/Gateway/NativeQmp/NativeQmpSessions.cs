using System.Net.Sockets;
using System.Net.WebSockets;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.Vms;

namespace Gateway.NativeQmp;

/// <summary>Serves native QMP clients over WebSockets and Unix sockets.</summary>
internal sealed class NativeQmpSessions(
    NativeQmpCommands commands, IJournal journal, JournalReaders readers, Places places, LimitsOptions limits, TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>Serves a client over a WebSocket.</summary>
    /// <exception cref="LimitReachedException">The limit of readers is reached.</exception>
    public async Task ServeAsync(IVm vm, Func<Task<WebSocket>> accept, NativeQmpClient client, CancellationToken aborted)
    {
        using var place = places.Take(Work.Reader, vm: null, client.LimitedAs);
        using var socket = await accept();
        await ServeAsync(vm, new NativeQmpLine.OfWebSocket(socket), client, lifetime.ApplicationStopping, aborted);
    }

    /// <summary>Serves a client of a Unix socket.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="socket">The connection to the client.</param>
    /// <param name="client">The client.</param>
    /// <param name="closing">Cancelled when the gateway closes the listening socket.</param>
    /// <exception cref="LimitReachedException">The limit of readers is reached.</exception>
    public async Task ServeAsync(IVm vm, Socket socket, NativeQmpClient client, CancellationToken closing)
    {
        using var place = places.Take(Work.Reader, vm: null, client.LimitedAs);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(closing, lifetime.ApplicationStopping);
        await ServeAsync(vm, new NativeQmpLine.OfSocket(socket), client, stopping.Token, CancellationToken.None);
    }

    private async Task ServeAsync(IVm vm, NativeQmpLine line, NativeQmpClient client, CancellationToken stopping, CancellationToken aborted)
    {
        using var session = new NativeQmpSession(vm, line, client, commands, journal, readers, places, (int)limits.QmpBodyBytes, time);
        await session.RunAsync(stopping, aborted);
    }
}
