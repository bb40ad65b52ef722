using System.Text.Json;
using Gateway.Json;
using Gateway.Vms.Status;
using QmpGateway.Qmp;

namespace Gateway.Vms.Runs;

/// <summary>What QEMU said that leads to its end: its <c>SHUTDOWN</c>, and the panic or watchdog before that.</summary>
internal sealed class RunEnd
{
    private (StatusCause Cause, string? Action)? trouble;
    private (StatusCause Cause, string? Reason, bool? Guest)? shutdown;

    /// <summary>QEMU sent an event.</summary>
    public void Add(string name, JsonText data, long entry)
    {
        switch (name)
        {
            case RunStateEvents.Shutdown:
                shutdown = (new StatusCause(name, entry, who: null), Text(data, "reason"), Flag(data, "guest"));
                break;
            case RunStateEvents.GuestPanicked or RunStateEvents.Watchdog:
                trouble = (new StatusCause(name, entry, who: null), Text(data, "action"));
                break;
            case RunStateEvents.Reset or RunStateEvents.Resume:
                trouble = null;
                break;
        }
    }

    /// <summary>QEMU answered after its <c>SHUTDOWN</c>, as it does with <c>-no-shutdown</c>.</summary>
    public void LivesOn() => shutdown = null;

    /// <summary>The end, and why.</summary>
    public VmEnded At(DateTimeOffset now) =>
        new(now, shutdown?.Reason, shutdown?.Guest, HasLed(trouble?.Action) ? trouble?.Cause : shutdown?.Cause);

    // A watchdog that powers off sends no SHUTDOWN; one that shuts down or resets leaves the guest to end itself. What the host ended, no trouble did.
    private bool HasLed(string? action) =>
        shutdown is not { } told ? action == GuestPanicAction.Poweroff.Value
        : told.Reason == ShutdownCause.GuestPanic.Value ? trouble is not null
        : told.Guest == true && action is ("poweroff" or "shutdown" or "reset");

    private static string? Text(JsonText data, string member) => Read(data, member, static value => value.GetString());

    private static bool? Flag(JsonText data, string member) => Read<bool?>(data, member, static value => value.GetBoolean());

    private static T? Read<T>(JsonText data, string member, Func<JsonElement, T?> read)
    {
        using var json = JsonDocument.Parse(data.Utf8, JsonReading.Own);
        try
        {
            return json.RootElement.TryGetProperty(member, out var value) ? read(value) : default;
        }
        catch (InvalidOperationException)
        {
            // What a VM sends need not be what QEMU's schema says.
            return default;
        }
    }
}
