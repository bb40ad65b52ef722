using System.Runtime.InteropServices;

namespace Gateway.CommandLine;

/// <summary>
/// SIGTERM, SIGINT and SIGQUIT, from the start to the very end of the process. The host itself listens to them only while it runs, so that a second
/// one at its end would end the process by the signal, with another exit code.
/// </summary>
internal static class StopSignals
{
    // Never disposed: that would be the moment from which a signal counts again.
    private static PosixSignalRegistration[] registrations = [];
    private static volatile IHostApplicationLifetime? running;

    /// <summary>Takes the signals. Until <see cref="Stop"/> they end the process at once, with exit code 0.</summary>
    public static void Take() => registrations = [.. ((PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
        .Select(static signal => PosixSignalRegistration.Create(signal, Received))];

    /// <summary>From now on they stop a host, in order.</summary>
    public static void Stop(IHostApplicationLifetime lifetime) => running = lifetime;

    private static void Received(PosixSignalContext context)
    {
        context.Cancel = true;
        if (running is { } host)
        {
            host.StopApplication();
        }
        else
        {
            // Nothing is open yet that a kill would harm.
            Environment.Exit(0);
        }
    }
}
