using System.Text.Json;

namespace QmpGateway.Qmp;

/// <summary>Reads events about the run state as their types.</summary>
public static class RunStateEventExtensions
{
    /// <summary>
    /// Reads an event about the run state as its type, such as <see cref="ShutdownEvent"/> or <see cref="GuestPanickedEvent"/>. Unknown members and
    /// enum values are kept.
    /// </summary>
    /// <param name="happened">The event.</param>
    /// <returns>The typed event; null for an event that is not about the run state.</returns>
    /// <exception cref="QmpProtocolException">The data lacks a required member, or has one of another type.</exception>
    public static QapiObject? ToRunStateEvent(this QmpEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        try
        {
            return happened.Name switch
            {
                RunStateEvents.Shutdown => happened.Data.Deserialize(RunStateJson.Default.ShutdownEvent),
                RunStateEvents.Powerdown => happened.Data.Deserialize(RunStateJson.Default.PowerdownEvent),
                RunStateEvents.Reset => happened.Data.Deserialize(RunStateJson.Default.ResetEvent),
                RunStateEvents.Stop => happened.Data.Deserialize(RunStateJson.Default.StopEvent),
                RunStateEvents.Resume => happened.Data.Deserialize(RunStateJson.Default.ResumeEvent),
                RunStateEvents.Suspend => happened.Data.Deserialize(RunStateJson.Default.SuspendEvent),
                RunStateEvents.SuspendDisk => happened.Data.Deserialize(RunStateJson.Default.SuspendDiskEvent),
                RunStateEvents.Wakeup => happened.Data.Deserialize(RunStateJson.Default.WakeupEvent),
                RunStateEvents.Watchdog => happened.Data.Deserialize(RunStateJson.Default.WatchdogEvent),
                RunStateEvents.GuestPanicked => happened.Data.Deserialize(RunStateJson.Default.GuestPanickedEvent),
                RunStateEvents.GuestCrashLoaded => happened.Data.Deserialize(RunStateJson.Default.GuestCrashLoadedEvent),
                RunStateEvents.GuestPvShutdown => happened.Data.Deserialize(RunStateJson.Default.GuestPvShutdownEvent),
                RunStateEvents.MemoryFailure => happened.Data.Deserialize(RunStateJson.Default.MemoryFailureEvent),
                _ => null,
            };
        }
        catch (JsonException malformed)
        {
            throw new QmpProtocolException($"the data of {happened.Name} is not what its type requires: {malformed.Message}", malformed);
        }
    }
}
