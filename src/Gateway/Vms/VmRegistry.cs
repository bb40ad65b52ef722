using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Gateway.Journal;

namespace Gateway.Vms;

/// <summary>
/// Which VMs there are: those of configuration, API and discovery, and one session each. Where two sources name an id, the
/// first of them in that order has it, and the other comes back when it goes.
/// </summary>
internal sealed partial class VmRegistry : IVms, IAsyncDisposable
{
    private readonly VmEnvironment environment;
    private readonly VmStore store;
    private readonly ILogger<VmRegistry> logger;
    private readonly Lock sync = new();
    private readonly StoredVms stored;
    private readonly Dictionary<string, VmDefinition> configured = [];
    private readonly Dictionary<string, VmDefinition> discovered = [];
    private volatile Roster roster = new([]);

    public VmRegistry(VmEnvironment environment, VmStore store, ILogger<VmRegistry> logger)
    {
        this.environment = environment;
        this.store = store;
        this.logger = logger;
        stored = store.Load();
    }

    public IReadOnlyList<IVm> All => roster.Sorted;

    public bool TryGet(string id, [NotNullWhen(true)] out IVm? vm)
    {
        var found = roster.Sessions.TryGetValue(id, out var session);
        vm = session;
        return found;
    }

    /// <summary>Starts sessions for what configuration, API and discovery name; tells the journal what came and went meanwhile.</summary>
    public void Start(IEnumerable<VmDefinition> configuration, IEnumerable<VmDefinition> sockets)
    {
        lock (sync)
        {
            foreach (var vm in configuration)
            {
                configured.Add(vm.Id, vm);
            }

            foreach (var vm in sockets)
            {
                discovered.TryAdd(vm.Id, vm);
            }

            Apply([.. configured.Keys, .. stored.Vms.Keys, .. discovered.Keys, .. stored.Known.Keys]);
        }
    }

    /// <summary>Takes what discovery sees now.</summary>
    public void Discovered(IReadOnlyCollection<VmDefinition> sockets)
    {
        lock (sync)
        {
            var before = discovered.Keys.ToArray();
            var now = sockets.ToDictionary(vm => vm.Id);
            foreach (var gone in before.Where(id => !now.ContainsKey(id)))
            {
                discovered.Remove(gone);
            }

            foreach (var (id, vm) in now)
            {
                discovered[id] = vm;
            }

            Apply([.. before, .. now.Keys]);
        }
    }

    public (IVm Vm, bool Created) Put(VmDefinition definition)
    {
        lock (sync)
        {
            var created = !roster.Sessions.TryGetValue(definition.Id, out var standing);
            ThrowIfOwned(standing);
            var replaced = stored.Vms.GetValueOrDefault(definition.Id);
            stored.Vms[definition.Id] = StoredVm.From(definition);
            try
            {
                store.Save(stored);
            }
            catch
            {
                Restore(definition.Id, replaced);
                throw;
            }

            Apply([definition.Id]);
            return (roster.Sessions[definition.Id], created);
        }
    }

    public void Remove(string id)
    {
        lock (sync)
        {
            if (!roster.Sessions.TryGetValue(id, out var standing))
            {
                throw new VmNotFoundException(id);
            }

            ThrowIfOwned(standing);
            stored.Vms.Remove(id, out var removed);
            try
            {
                store.Save(stored);
            }
            catch
            {
                Restore(id, removed);
                throw;
            }

            Apply([id]);
        }
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(roster.Sessions.Values.Select(session => session.DisposeAsync().AsTask()));

    private static void ThrowIfOwned(VmSession? standing)
    {
        if (standing is { Definition.Source: not VmSource.Api and var owner })
        {
            throw new VmOwnedException(standing.Id, owner);
        }
    }

    private void Restore(string id, StoredVm? before)
    {
        if (before is null)
        {
            stored.Vms.Remove(id);
        }
        else
        {
            stored.Vms[id] = before;
        }
    }

    /// <summary>Brings sessions, journal and file in line with the sources, for some ids.</summary>
    private void Apply(IEnumerable<string> ids)
    {
        var sessions = roster.Sessions.ToBuilder();
        var changed = false;
        foreach (var id in ids.Distinct())
        {
            var wanted = Wanted(id);
            sessions.TryGetValue(id, out var session);
            changed |= Tell(id, wanted?.Source);
            if (session is not null && wanted is not null && session.Definition.Endpoint == wanted.Endpoint)
            {
                session.Definition = wanted;
                continue;
            }

            if (session is not null)
            {
                sessions.Remove(id);
                _ = EndAsync(session);
            }

            if (wanted is not null)
            {
                sessions.Add(id, new VmSession(wanted, connectedBefore: session is not null || !added.Contains(id), environment));
            }
        }

        roster = new Roster(sessions.ToImmutable());
        if (changed)
        {
            store.Save(stored);
        }
    }
}
