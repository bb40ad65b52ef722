using System.Text.Json;
using Gateway.Json;
using Gateway.Vms.Status;
using QmpGateway.Qmp;

namespace Gateway.Vms.Runs;

/// <summary>The events that explain the end of a run: <c>SHUTDOWN</c>, and the panic or watchdog before it.</summary>
internal sealed class RunEnd
{
    private (StatusCause Cause, string? Action)? trouble;
    private (StatusCause Cause, string? Reason, bool? Guest)? shutdown;

    /// <summary>Adds an event that QEMU sent.</summary>
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

    /// <summary>Removes the <c>SHUTDOWN</c>, because QEMU still replied after it, as it does with <c>-no-shutdown</c>.</summary>
    public void LivesOn() => shutdown = null;

    /// <summary>Returns the end of the run with its cause.</summary>
    public VmEnded At(DateTimeOffset now) =>
        new(now, shutdown?.Reason, shutdown?.Guest, IsCause(trouble?.Action) ? trouble?.Cause : shutdown?.Cause);

    // A watchdog with action poweroff sends no SHUTDOWN. With shutdown or reset, the guest ends the run. If the host ended the run, a panic or watchdog is
    // not the cause.
    private bool IsCause(string? action) =>
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
            // The data of an event is not guaranteed to match QEMU's schema.
            return default;
        }
    }
}
