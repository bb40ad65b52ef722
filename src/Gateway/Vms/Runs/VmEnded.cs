using System.Text.Json;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Vms.Status;
using QmpGateway.Qmp;

namespace Gateway.Vms.Runs;

/// <summary>The end of a run of QEMU.</summary>
/// <param name="At">When it was known.</param>
/// <param name="Reason">Why, by its <c>SHUTDOWN</c>; null if none came.</param>
/// <param name="Guest">Whether the guest asked for it, by its <c>SHUTDOWN</c>; null if none came.</param>
/// <param name="Cause">The event that led there; null where none is known.</param>
public sealed record VmEnded(DateTimeOffset At, string? Reason, bool? Guest, StatusCause? Cause)
{
    /// <summary><c>{"at","reason","guest","cause"}</c>, as <c>VM_ENDED</c> and <c>Vm.ended</c> have it.</summary>
    /// <inheritdoc cref="StatusCause.ToJson"/>
    public JsonText ToJson(long head = long.MaxValue) => GatewayEvents.Json(json =>
    {
        json.WritePropertyName("at");
        Times.Write(json, At);
        json.WriteString("reason", Reason);
        json.WritePropertyName("guest");
        if (Guest is { } guest)
        {
            json.WriteBooleanValue(guest);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteRaw("cause", Cause?.ToJson(head));
    });

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static VmEnded From(JsonElement ended) => new(
        ended.GetProperty("at").GetDateTimeOffset(),
        ended.GetProperty("reason").GetString(),
        ended.GetProperty("guest") is { ValueKind: not JsonValueKind.Null } guest ? guest.GetBoolean() : null,
        StatusCause.From(ended.GetProperty("cause")));
}
