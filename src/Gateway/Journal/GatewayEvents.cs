using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using QmpGateway.Qmp;

namespace Gateway.Journal;

/// <summary>The gateway's own events about its VMs.</summary>
public static class GatewayEvents
{
    /// <summary>A VM became known: <c>{"source","endpoint","labels","actions","who"}</c>.</summary>
    public const string VmAdded = "VM_ADDED";

    /// <summary>A VM was removed: <c>{"source","who"}</c>.</summary>
    public const string VmRemoved = "VM_REMOVED";

    /// <summary>
    /// The definition of a VM was changed: <c>{"source"?,"endpoint"?,"labels"?,"actions"?,"who"}</c>, with the members that changed. <c>who</c> is the
    /// caller of the API, or <c>configuration</c> or <c>discovery</c>.
    /// </summary>
    public const string VmChanged = "VM_CHANGED";

    /// <summary>
    /// A connection is made: <c>{"qemu","run","endpoint","status","resumed"}</c>; <c>resumed</c> says that there was one before, so that events
    /// may have been missed in between: QMP replays none.
    /// </summary>
    public const string VmConnected = "VM_CONNECTED";

    /// <summary>The connection ended: <c>{"reason"}</c>.</summary>
    public const string VmDisconnected = "VM_DISCONNECTED";

    /// <summary>
    /// The state of the connection is another, which neither of the two above reports: <c>{"state","previous","reason"}</c>.
    /// </summary>
    public const string VmConnectionChanged = "VM_CONNECTION_CHANGED";

    /// <summary>
    /// The run is over, and the VM has no status any more: <c>{"at","reason","guest","cause"}</c>, <c>reason</c> and <c>guest</c> are those of its <c>SHUTDOWN</c>,
    /// null where none came.
    /// </summary>
    public const string VmEnded = "VM_ENDED";

    /// <summary>The status is another: <c>{"status","previous","cause"}</c>.</summary>
    public const string VmStatusChanged = "VM_STATUS_CHANGED";

    /// <summary>An answer came to a command whose client had been told that its time was up.</summary>
    public const string CommandFinishedLate = "COMMAND_FINISHED_LATE";

    /// <summary>
    /// The journal could not be written for so long that events which waited for it were dropped, or a part of it was lost: <c>{"count","from","to"}</c>,
    /// the times when the first and the last of them were received. <c>count</c> is null where nobody knows how many.
    /// </summary>
    public const string EventsLost = "EVENTS_LOST";

    /// <summary>The names of all of them.</summary>
    public static FrozenSet<string> Names { get; } =
        [
            .. typeof(GatewayEvents).GetFields().Where(static field => field.IsLiteral).Select(static field => (string)field.GetRawConstantValue()!),
        ];

    /// <summary>Appends an event of the gateway's own.</summary>
    public static long AppendOwn(this IJournal journal, string vm, string name, DateTimeOffset now, Action<Utf8JsonWriter> data) =>
        journal.Append(new NewEvent(vm, name, EventOrigin.Gateway, Json(data), now));

    /// <summary>Writes an object.</summary>
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

    /// <summary>Writes a member that is JSON already; <c>null</c> where there is none.</summary>
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
