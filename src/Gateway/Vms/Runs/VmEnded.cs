using System.Text.Json;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Vms.Status;
using QmpGateway.Qmp;

namespace Gateway.Vms.Runs;

/// <summary>The end of a run of QEMU.</summary>
/// <param name="At">When the gateway detected the end.</param>
/// <param name="Reason">The reason in the <c>SHUTDOWN</c> event; null if QEMU sent none.</param>
/// <param name="Guest">Whether the guest initiated it, according to the <c>SHUTDOWN</c> event; null if QEMU sent none.</param>
/// <param name="Cause">The event that caused the end; null if it is unknown.</param>
public sealed record VmEnded(DateTimeOffset At, string? Reason, bool? Guest, StatusCause? Cause)
{
    /// <summary>Returns <c>{"at","reason","guest","cause"}</c>, the format of <c>VM_ENDED</c> and <c>Vm.ended</c>.</summary>
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

    /// <summary>Parses the output of <see cref="ToJson"/>.</summary>
    public static VmEnded From(JsonElement ended) => new(
        ended.GetProperty("at").GetDateTimeOffset(),
        ended.GetProperty("reason").GetString(),
        ended.GetProperty("guest") is { ValueKind: not JsonValueKind.Null } guest ? guest.GetBoolean() : null,
        StatusCause.From(ended.GetProperty("cause")));
}
