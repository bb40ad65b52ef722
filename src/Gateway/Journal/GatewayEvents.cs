using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using QmpGateway.Qmp;

namespace Gateway.Journal;

/// <summary>The names of the events that the gateway itself reports.</summary>
public static class GatewayEvents
{
    /// <summary>A VM was added: <c>{"source","endpoint","labels","actions","who"}</c>.</summary>
    public const string VmAdded = "VM_ADDED";

    /// <summary>A VM was removed: <c>{"source","who"}</c>.</summary>
    public const string VmRemoved = "VM_REMOVED";

    /// <summary>
    /// The definition of a VM was changed: <c>{"source"?,"endpoint"?,"labels"?,"actions"?,"who"}</c>, with the members that changed. <c>who</c> is the
    /// caller of the API, or <c>configuration</c> or <c>discovery</c>.
    /// </summary>
    public const string VmChanged = "VM_CHANGED";

    /// <summary>
    /// The VM was connected: <c>{"qemu","run","endpoint","status","resumed"}</c>. If <c>resumed</c> is true, there was an earlier connection, and events in
    /// between may be missing, because QMP does not replay them.
    /// </summary>
    public const string VmConnected = "VM_CONNECTED";

    /// <summary>The connection ended: <c>{"reason"}</c>.</summary>
    public const string VmDisconnected = "VM_DISCONNECTED";

    /// <summary>
    /// The state of the connection changed in a way that neither of the two events above reports: <c>{"state","previous","reason"}</c>.
    /// </summary>
    public const string VmConnectionChanged = "VM_CONNECTION_CHANGED";

    /// <summary>
    /// The run ended, and the VM no longer has a status: <c>{"at","reason","guest","cause"}</c>. <c>reason</c> and <c>guest</c> are those of its
    /// <c>SHUTDOWN</c>, or null if QEMU sent none.
    /// </summary>
    public const string VmEnded = "VM_ENDED";

    /// <summary>The status changed: <c>{"status","previous","cause"}</c>.</summary>
    public const string VmStatusChanged = "VM_STATUS_CHANGED";

    /// <summary>The reply to a command arrived after the command had timed out.</summary>
    public const string CommandFinishedLate = "COMMAND_FINISHED_LATE";

    /// <summary>
    /// Events were lost, because the journal could not be written for a long time, or because a part of it was lost: <c>{"count","from","to"}</c>.
    /// <c>from</c> and <c>to</c> are the times when the first and the last of them were received. <c>count</c> is null if the number is unknown.
    /// </summary>
    public const string EventsLost = "EVENTS_LOST";

    /// <summary>The names of all these events.</summary>
    public static FrozenSet<string> Names { get; } =
        [
            .. typeof(GatewayEvents).GetFields().Where(static field => field.IsLiteral).Select(static field => (string)field.GetRawConstantValue()!),
        ];

    /// <summary>Appends an event of the gateway.</summary>
    public static long AppendOwn(this IJournal journal, string vm, string name, DateTimeOffset now, Action<Utf8JsonWriter> data) =>
        journal.Append(new NewEvent(vm, name, EventOrigin.Gateway, Json(data), now));

    /// <summary>Returns a JSON object with the given members.</summary>
    public static JsonText Json(Action<Utf8JsonWriter> members)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return new JsonText(buffer.WrittenMemory);
    }

    /// <summary>Writes a member whose value is JSON text; <c>null</c> if there is no value.</summary>
    public static void WriteRaw(this Utf8JsonWriter json, string name, JsonText? value)
    {
        json.WritePropertyName(name);
        if (value is { } text)
        {
            json.WriteRawValue(text.Utf8.Span, skipInputValidation: true);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
