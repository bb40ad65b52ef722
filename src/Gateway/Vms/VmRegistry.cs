using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Gateway.Limits;
using Qmp;

namespace Gateway.Vms;

/// <summary>
/// Which VMs there are: those of configuration, API and discovery, and one session each. Where two sources name an id, the
/// first of them in that order has it, and the other comes back when it goes. A monitor is one VM's alone (<see cref="EndpointClaims"/>).
/// </summary>
internal sealed class VmRegistry(VmEnvironment environment, VmStore store, Places places, EndpointClaims claims) : IVms, IAsyncDisposable
{
    private readonly SemaphoreSlim changing = new(1);
    private readonly StoredVms stored = store.Load();
    private readonly KnownVms known = new(environment, store);
    private readonly Dictionary<string, VmDefinition> configured = [];
    private readonly Dictionary<string, VmDefinition> discovered = [];
    private ImmutableSortedDictionary<string, VmSession> sessions = ImmutableSortedDictionary.Create<string, VmSession>(StringComparer.Ordinal);
    private IVm[] all = [];

    public IReadOnlyList<IVm> All => Volatile.Read(ref all);

    public bool TryGet(string id, [NotNullWhen(true)] out IVm? vm)
    {
        var found = Volatile.Read(ref sessions).TryGetValue(id, out var session);
        vm = session;
        return found;
    }

    /// <summary>Starts sessions for all sources' VMs, and tells the journal what came and went since the gateway last ran.</summary>
    public Task StartAsync(IEnumerable<VmDefinition> configuration, IEnumerable<VmDefinition> sockets) => ChangeAsync(async () =>
    {
        await ApplyAsync([.. Replace(configured, configuration), .. stored.Vms.Keys, .. Replace(discovered, sockets), .. stored.Known.Keys], who: null);
        return 0;
    });

    /// <summary>Takes what the configuration names now.</summary>
    public Task ConfiguredAsync(IEnumerable<VmDefinition> configuration) => ReplaceAsync(configured, configuration, VmSource.Configuration);

    /// <summary>Takes what discovery sees now.</summary>
    public Task DiscoveredAsync(IEnumerable<VmDefinition> sockets) => ReplaceAsync(discovered, sockets, VmSource.Discovery);

    public async Task<(IVm Vm, bool Created)> PutAsync(VmDefinition definition, string who, Func<QmpEndpoint, bool> mayUse)
    {
        var place = await EndpointPlace.FindOrGuessAsync(definition.Endpoint, environment.Time);
        var (session, created) = await ChangeAsync(() => PutOneAsync(definition, who, place, mayUse));
        // Not while others wait for their change: a VM may take its time.
        await session.ActionsSent.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (session, created);
    }

    private async Task<(VmSession Vm, bool Created)> PutOneAsync(VmDefinition definition, string who, EndpointPlace place, Func<QmpEndpoint, bool> mayUse)
    {
        var standing = sessions.GetValueOrDefault(definition.Id);
        ThrowIfOwned(standing);
        if (standing?.Definition.Endpoint != definition.Endpoint)
        {
            claims.ThrowIfNotToBeHad(definition, place, mayUse);
        }

        if (!stored.Vms.ContainsKey(definition.Id))
        {
            places.CheckVms(stored.Vms.Count);
        }

        Store(definition.Id, StoredVm.From(definition));
        await ApplyAsync([definition.Id], who);
        return (sessions[definition.Id], standing is null);
    }

    public Task RemoveAsync(string id, string who) => ChangeAsync(async () =>
    {
        ThrowIfOwned(sessions.GetValueOrDefault(id) ?? throw new VmNotFoundException(id));
        Store(id, null);
        await ApplyAsync([id], who);
        return 0;
    });

    /// <summary>Hangs up on all VMs. The container calls it once for each type that it knows this by.</summary>
    public async ValueTask DisposeAsync() => await ChangeAsync(async () =>
    {
        var ended = sessions.Values;
        sessions = sessions.Clear();
        await Task.WhenAll(ended.Select(static session => session.DisposeAsync().AsTask()));
        return 0;
    });

    private static void ThrowIfOwned(VmSession? standing)
    {
        if (standing is { Definition.Source: not VmSource.Api and var owner })
        {
            throw new VmOwnedException(standing.Id, owner);
        }
    }

    private async Task ReplaceAsync(Dictionary<string, VmDefinition> source, IEnumerable<VmDefinition> now, VmSource by) => await ChangeAsync(async () =>
    {
        await ApplyAsync(Replace(source, now), by.Name());
        return 0;
    });

    /// <summary>Takes what a source names now; answers the ids of what it named before, too.</summary>
    private static string[] Replace(Dictionary<string, VmDefinition> source, IEnumerable<VmDefinition> now)
    {
        var before = source.Keys.ToArray();
        source.Clear();
        foreach (var vm in now)
        {
            source.Add(vm.Id, vm);
        }

        return [.. before, .. source.Keys];
    }

    private async Task<T> ChangeAsync<T>(Func<Task<T>> change)
    {
        await changing.WaitAsync();
        try
        {
            return await change();
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Writes a VM of the API down, or crosses it out; what cannot be written is not so.</summary>
    private void Store(string id, StoredVm? vm)
    {
        var before = stored.Vms.GetValueOrDefault(id);
        Set(vm);
        try
        {
            store.Save(stored);
        }
        catch
        {
            Set(before);
            throw;
        }

        void Set(StoredVm? value)
        {
            if (value is null)
            {
                stored.Vms.Remove(id);
            }
            else
            {
                stored.Vms[id] = value;
            }
        }
    }

    private VmDefinition? Wanted(string id) =>
        configured.GetValueOrDefault(id) ?? stored.Vms.GetValueOrDefault(id)?.Define(id) ?? discovered.GetValueOrDefault(id);

    /// <summary>
    /// Brings sessions and journal in line with the sources, for some ids. The list changes before the journal says so, and a
    /// new session starts after it.
    /// </summary>
    private async Task ApplyAsync(IEnumerable<string> ids, string? who)
    {
        var ended = new List<VmSession>();
        var begun = new List<VmSession>();
        var next = sessions.ToBuilder();
        var left = new Queue<string>(ids.Distinct());
        var seen = new HashSet<string>(left);
        var lost = new HashSet<string>();
        while (left.TryDequeue(out var id))
        {
            var wanted = Wanted(id) is { } named && claims.Admits(named) ? named : null;
            foreach (var loser in claims.Set(id, wanted))
            {
                lost.Add(loser);
                seen.Add(loser);
                left.Enqueue(loser);
            }

            if (next.TryGetValue(id, out var session))
            {
                if (session.Definition.Endpoint == wanted?.Endpoint && !lost.Remove(id))
                {
                    session.Redefine(wanted);
                    continue;
                }

                next.Remove(id);
                if (!begun.Remove(session))
                {
                    ended.Add(session);
                }
            }

            if (wanted is not null)
            {
                session = new VmSession(wanted, connectedBefore: stored.Known.ContainsKey(id), environment);
                next.Add(id, session);
                begun.Add(session);
            }
        }

        Volatile.Write(ref sessions, next.ToImmutable());
        Volatile.Write(ref all, [.. sessions.Values]);
        await Task.WhenAll(ended.Select(static session => session.DisposeAsync().AsTask()));
        var changed = known.Tell(stored, seen, id => sessions.GetValueOrDefault(id)?.Definition, who);
        begun.ForEach(static session => session.Start());
        if (changed)
        {
            await known.SaveAsync(stored);
        }
    }
}
