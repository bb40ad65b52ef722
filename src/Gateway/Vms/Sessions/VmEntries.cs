using System.Text.Json;
using Gateway.Journal;
using Gateway.Vms.Runs;
using Gateway.Vms.Status;
using QmpGateway.Qmp;

namespace Gateway.Vms.Sessions;

/// <summary>Appends the gateway's entries about a VM to the journal.</summary>
internal sealed class VmEntries(string vm, IJournal journal, TimeProvider time)
{
    /// <summary>The journal id of the last of these entries; 0 before the first.</summary>
    public long Last { get; private set; }

    public void Connected(QmpGreeting qemu, string run, QmpEndpoint? endpoint, VmStatus? status, bool resumed) => Append(GatewayEvents.VmConnected, json =>
    {
        json.WriteStartObject("qemu");
        json.WriteString("version", qemu.Version);
        json.WriteString("package", qemu.Package);
        json.WriteEndObject();
        json.WriteString("run", run);
        json.WriteString("endpoint", endpoint?.ToString());
        json.WriteRaw("status", status?.Text);
        json.WriteBoolean("resumed", resumed);
    });

    public void Disconnected(string reason) => Append(GatewayEvents.VmDisconnected, json => json.WriteString("reason", reason));

    public void ConnectionChanged(ConnectionState state, ConnectionState previous, string? reason) => Append(GatewayEvents.VmConnectionChanged, json =>
    {
        json.WriteString("state", state.Name());
        json.WriteString("previous", previous.Name());
        json.WriteString("reason", reason);
    });

    public void Ended(VmEnded ended) => Last = journal.Append(new NewEvent(vm, GatewayEvents.VmEnded, EventOrigin.Gateway, ended.ToJson(), ended.At));

    public void StatusChanged(VmStatus status, VmStatus? previous, StatusCause? cause) => Append(GatewayEvents.VmStatusChanged, json =>
    {
        json.WriteRaw("status", status.Text);
        json.WriteRaw("previous", previous?.Text);
        json.WriteRaw("cause", cause?.ToJson());
    });

    public void FinishedLate(VmCommand command, QmpCommandException? refusal) => Append(GatewayEvents.CommandFinishedLate, json =>
    {
        json.WriteString("command", command.Command.Name);
        json.WriteString("outcome", refusal is null ? "done" : "refused");
        if (refusal is not null)
        {
            json.WriteStartObject("qmpError");
            json.WriteString("class", refusal.ErrorClass);
            json.WriteString("desc", refusal.Description);
            json.WriteEndObject();
        }

        json.WriteString("who", command.Caller.Who);
        json.WriteString("traceId", command.Caller.TraceId);
    });

    private void Append(string name, Action<Utf8JsonWriter> data) => Last = journal.AppendOwn(vm, name, time.GetUtcNow(), data);
}
