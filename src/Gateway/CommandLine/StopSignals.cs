using System.Runtime.InteropServices;

namespace Gateway.CommandLine;

/// <summary>
/// Handles SIGTERM, SIGINT and SIGQUIT for the whole life of the process. The host handles them only while it runs: a second signal during
/// shutdown would kill the process and change its exit code.
/// </summary>
internal static class StopSignals
{
    // Never disposed: disposing them would restore the default action, which kills the process.
    private static PosixSignalRegistration[] registrations = [];
    private static volatile IHostApplicationLifetime? running;
    private static volatile bool isExiting;

    /// <summary>Whether a signal is ending the process during its start. What the start still does may then find objects that are already disposed.</summary>
    public static bool IsExiting => isExiting;

    /// <summary>Registers the handlers. Until <see cref="RunAsync"/> is called, a signal ends the process immediately with exit code 0.</summary>
    public static void Take() => registrations = [.. ((PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
        .Select(static signal => PosixSignalRegistration.Create(signal, Received))];

    /// <summary>Runs the program. A signal now stops it gracefully.</summary>
    public static async Task RunAsync(WebApplication app)
    {
        running = app.Lifetime;
        var stopping = app.Lifetime.ApplicationStopping;
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // A signal stopped the program while it was starting.
        }
    }

    private static void Received(PosixSignalContext context)
    {
        context.Cancel = true;
        if (running is { } host)
        {
            host.StopApplication();
        }
        else
        {
            // Nothing is open yet, so there is nothing to shut down.
            isExiting = true;
            Environment.Exit(0);
        }
    }
}
