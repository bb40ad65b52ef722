using Gateway.Data;
using Gateway.Journal;
using Gateway.Vms.Sessions;
using QmpGateway.Qmp;

namespace Gateway.Vms.Registry;

/// <summary>
/// Which VMs the journal calls known, and how it described them. So a list and the events after it lead to the next list, also where the
/// definitions changed while the gateway was down.
/// </summary>
internal sealed partial class KnownVms(VmEnvironment environment, VmStore store)
{
    // Longer than a disk that works ever takes.
    private static readonly TimeSpan JournalPatience = TimeSpan.FromSeconds(2);

    /// <summary>Tells the journal which of some VMs came, went or changed.</summary>
    /// <param name="stored">What is written down.</param>
    /// <param name="ids">The VMs.</param>
    /// <param name="now">Their definitions.</param>
    /// <param name="who">Who changed them; null for their source.</param>
    /// <returns>Whether anything is to be written down.</returns>
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
    /// Writes down what the journal was told, once that is on disk: a gateway killed in between tells it again, never not at all. A disk
    /// that is full keeps no VM away: what is not written now is written with the next change.
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

    /// <summary>Returns whether anything is to be written down.</summary>
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
        // A file of an older gateway does not say how a VM was described.
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

    [LoggerMessage(25, LogLevel.Warning, "Which VMs there are cannot be written down: {Reason}. Free space on the disk of the data directory; should the gateway end before, the next one tells of them anew.")]
    private static partial void LogNotSaved(ILogger logger, string reason);
}
