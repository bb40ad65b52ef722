using Gateway.Data;
using Gateway.Journal;
using Gateway.Vms.Sessions;
using QmpGateway.Qmp;

namespace Gateway.Vms.Registry;

/// <summary>
/// Appends VM_ADDED, VM_CHANGED and VM_REMOVED to the journal, and remembers how the journal last described each VM. Because of this, a list of VMs
/// plus the events after it always gives the next list, even if the definitions changed while the gateway was not running.
/// </summary>
internal sealed partial class KnownVms(VmEnvironment environment, VmStore store)
{
    // A working disk is always faster.
    private static readonly TimeSpan JournalPatience = TimeSpan.FromSeconds(2);

    /// <summary>Appends an entry for each of the given VMs that was added, changed or removed.</summary>
    /// <param name="stored">The content of the registry file.</param>
    /// <param name="ids">The VMs to compare.</param>
    /// <param name="now">Returns the current definition of a VM; null if it no longer exists.</param>
    /// <param name="who">Who made the change; null for the source of the VM.</param>
    /// <returns>Whether <paramref name="stored"/> has changed and must be saved.</returns>
    public bool Tell(StoredVms stored, IEnumerable<string> ids, Func<string, VmDefinition?> now, string? who)
    {
        var changed = false;
        foreach (var id in ids.Distinct())
        {
            changed |= Tell(stored, id, now(id), who);
        }

        return changed;
    }

    /// <summary>
    /// Saves the descriptions after the journal entries are on disk. If the gateway is killed in between, the next one appends the entries again; none
    /// is lost. A full disk does not prevent the change: the file is written with the next change.
    /// </summary>
    public async Task SaveAsync(StoredVms stored)
    {
        if (!await environment.Journal.IsWrittenAsync(environment.Journal.LastAppended, JournalPatience, environment.Time))
        {
            return;
        }

        try
        {
            store.Save(stored);
        }
        catch (StorageException failure)
        {
            LogNotSaved(environment.Logger, failure.Message);
        }
    }

    /// <summary>Appends an entry for one VM if it changed. Returns whether <paramref name="stored"/> must be saved.</summary>
    private bool Tell(StoredVms stored, string id, VmDefinition? now, string? who)
    {
        var source = stored.Known.TryGetValue(id, out var known) ? known : (VmSource?)null;
        if (now is null)
        {
            if (source is { } last)
            {
                stored.Known.Remove(id);
                stored.Told.Remove(id);
                Append(GatewayEvents.VmRemoved, [KeyValuePair.Create("source", Text(last.Name()))], last);
            }

            return source is not null;
        }

        var described = StoredVm.From(now);
        var before = stored.Told.GetValueOrDefault(id);
        var members = Members(now.Source, described);
        // A file written by an older gateway does not contain the descriptions.
        var changes = source is { } from ? [.. members.Except(Members(from, before ?? described))] : members;
        stored.Known[id] = now.Source;
        stored.Told[id] = described;
        if (changes.Length > 0)
        {
            Append(source is null ? GatewayEvents.VmAdded : GatewayEvents.VmChanged, changes, now.Source);
        }

        return changes.Length > 0 || before is null;

        void Append(string name, KeyValuePair<string, JsonText>[] data, VmSource by) =>
            environment.Journal.AppendOwn(id, name, environment.Time.GetUtcNow(), json =>
            {
                foreach (var (member, value) in data)
                {
                    json.WriteRaw(member, value);
                }

                json.WriteString("who", who ?? by.Name());
            });
    }

    private static KeyValuePair<string, JsonText>[] Members(VmSource source, StoredVm vm) =>
    [
        new("source", Text(source.Name())),
        new("endpoint", Text(vm.Endpoint)),
        new("labels", GatewayEvents.Json(json =>
        {
            foreach (var (key, value) in vm.Labels)
            {
                json.WriteString(key, value);
            }
        })),
        new("actions", JsonText.From(vm.Actions ?? new SetActionArguments(), RunStateJson.Default.SetActionArguments)),
    ];

    private static JsonText Text(string value) => JsonText.From(value, VmStoreJson.Default.String);

    [LoggerMessage(25, LogLevel.Warning, "The list of known VMs could not be saved. If the gateway restarts now, it may announce some VMs again. {Reason}")]
    private static partial void LogNotSaved(ILogger logger, string reason);
}
