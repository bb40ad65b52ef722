using Gateway.Journal;
using QmpGateway.Qmp;

namespace Gateway.Api.OpenApi;

/// <summary>Maps each known event to the type of its data.</summary>
internal static class EventPayloads
{
    /// <summary>QEMU's run-state events by name; null for those without data.</summary>
    public static IReadOnlyList<(string Name, Type? Data)> Qemu { get; } =
    [
        (RunStateEvents.Shutdown, typeof(ShutdownEvent)),
        (RunStateEvents.Powerdown, null),
        (RunStateEvents.Reset, typeof(ResetEvent)),
        (RunStateEvents.Stop, null),
        (RunStateEvents.Resume, null),
        (RunStateEvents.Suspend, null),
        (RunStateEvents.SuspendDisk, null),
        (RunStateEvents.Wakeup, null),
        (RunStateEvents.Watchdog, typeof(WatchdogEvent)),
        (RunStateEvents.GuestPanicked, typeof(GuestPanickedEvent)),
        (RunStateEvents.GuestCrashLoaded, typeof(GuestCrashLoadedEvent)),
        (RunStateEvents.GuestPvShutdown, null),
        (RunStateEvents.MemoryFailure, typeof(MemoryFailureEvent)),
    ];

    /// <summary>The gateway's own events by name.</summary>
    public static IReadOnlyList<(string Name, Type? Data)> Gateway { get; } =
    [
        (GatewayEvents.VmAdded, typeof(VmAddedData)),
        (GatewayEvents.VmRemoved, typeof(VmRemovedData)),
        (GatewayEvents.VmChanged, typeof(VmChangedData)),
        (GatewayEvents.VmConnected, typeof(VmConnectedData)),
        (GatewayEvents.VmDisconnected, typeof(VmDisconnectedData)),
        (GatewayEvents.VmConnectionChanged, typeof(VmConnectionChangedData)),
        (GatewayEvents.VmEnded, typeof(QmpGateway.Contracts.VmEnded)),
        (GatewayEvents.VmStatusChanged, typeof(VmStatusChangedData)),
        (GatewayEvents.CommandFinishedLate, typeof(CommandFinishedLateData)),
        (GatewayEvents.EventsLost, typeof(EventsLostData)),
    ];
}
