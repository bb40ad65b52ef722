using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.Vms.Endpoints;
using Gateway.Vms.Sessions;
using QmpGateway.Qmp;

namespace Gateway.Vms.Registry;

/// <summary>
/// Which VMs there are: those of configuration, API and discovery, and one session each. Where two sources name an id, the
/// first of them in that order has it, and the other comes back when it goes. A monitor is one VM's alone (<see cref="EndpointClaims"/>).
/// </summary>
internal sealed class VmRegistry(
    VmEnvironment environment, VmStore store, Places places, EndpointClaims claims, Func<IReadOnlyList<JournalEntry>> states) : IVms, IAsyncDisposable
{
    // Longer than a QEMU takes to end once it has removed its socket. One whose socket somebody else removed lives on, and is hung up on then.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim changing = new(1);
    private readonly StoredVms stored = store.Load();
    private readonly KnownVms known = new(environment, store);
    private readonly Dictionary<string, VmDefinition> configured = [];
    private readonly Dictionary<string, VmDefinition> discovered = [];
    private ImmutableSortedDictionary<string, VmSession> sessions = ImmutableSortedDictionary.Create<string, VmSession>(StringComparer.Ordinal);
    private IVm[] all = [];
    private bool closed;

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
        string[] ids = [.. Replace(configured, configuration), .. stored.Vms.Keys, .. Replace(discovered, sockets), .. stored.Known.Keys];
        var last = LastKnown.Of(states(), environment.Time.GetUtcNow());
        foreach (var (id, gone) in last.Where(vm => Wanted(vm.Key) is null))
        {
            gone.TellGone(id, environment);
        }

        await ApplyAsync(ids, who: null, last);
    });

    /// <summary>Takes what the configuration names now.</summary>
    public Task ConfiguredAsync(IEnumerable<VmDefinition> configuration) => ReplaceAsync(configured, configuration, VmSource.Configuration);

    /// <summary>Takes what discovery sees now.</summary>
    public Task DiscoveredAsync(IEnumerable<VmDefinition> sockets) => ReplaceAsync(discovered, sockets, VmSource.Discovery);

    public async Task<(IVm Vm, bool Created)> PutAsync(VmDefinition definition, string who, Func<QmpEndpoint, bool> mayUse, bool onlyCreates)
    {
        var place = await EndpointPlace.FindOrGuessAsync(definition.Endpoint, environment.Time);
        var (session, created) = await ChangeAsync(() => PutOneAsync(definition, who, place, mayUse, onlyCreates));
        // Not while others wait for their change: a VM may take its time.
        await session.ActionsSent.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (session, created);
    }

    private async Task<(VmSession Vm, bool Created)> PutOneAsync(
        VmDefinition definition, string who, EndpointPlace place, Func<QmpEndpoint, bool> mayUse, bool onlyCreates)
    {
        var standing = sessions.GetValueOrDefault(definition.Id);
        if (onlyCreates && standing is not null)
        {
            throw new VmExistsException(definition.Id);
        }

        ThrowIfOwned(standing);
        if (standing?.Definition.Endpoint != definition.Endpoint)
        {
            claims.ThrowIfNotToBeHad(definition, place, mayUse);
        }

        if (!stored.Vms.ContainsKey(definition.Id))
        {
            places.CheckVms(stored.Vms.Count);
        }

        store.Put(stored, definition.Id, StoredVm.From(definition));
        await ApplyAsync([definition.Id], who);
        return (sessions[definition.Id], standing is null);
    }

    public Task RemoveAsync(string id, string who) => ChangeAsync(async () =>
    {
        ThrowIfOwned(sessions.GetValueOrDefault(id) ?? throw new VmNotFoundException(id));
        store.Put(stored, id, null);
        await ApplyAsync([id], who);
    });

    /// <summary>Hangs up on all VMs. The container calls it once for each type that it knows this by.</summary>
    public async ValueTask DisposeAsync() => await ChangeAsync(async () =>
    {
        closed = true;
        var ended = sessions.Values;
        sessions = sessions.Clear();
        await Task.WhenAll(ended.Select(static session => session.DisposeAsync().AsTask()));
    });

    private static void ThrowIfOwned(VmSession? standing)
    {
        if (standing is { Definition.Source: not VmSource.Api and var owner })
        {
            throw new VmOwnedException(standing.Id, owner);
        }
    }

    private Task ReplaceAsync(Dictionary<string, VmDefinition> source, IEnumerable<VmDefinition> now, VmSource by) =>
        ChangeAsync(() => ApplyAsync(Replace(source, now), by.Name()));

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

    private async Task ChangeAsync(Func<Task> change) => await ChangeAsync(async () =>
    {
        await change();
        return true;
    });

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

    private VmDefinition? Wanted(string id) =>
        configured.GetValueOrDefault(id) ?? stored.Vms.GetValueOrDefault(id)?.Define(id) ?? discovered.GetValueOrDefault(id);

    /// <summary>
    /// Brings sessions and journal in line with the sources, for some ids. The list changes before the journal says so, and a
    /// new session starts after it, with what the one before it knew.
    /// </summary>
    private async Task ApplyAsync(IEnumerable<string> ids, string? who, IReadOnlyDictionary<string, LastKnown>? last = null)
    {
        if (closed)
        {
            return;
        }

        var ended = new List<VmSession>();
        var begins = new Dictionary<string, VmDefinition>();
        var next = sessions.ToBuilder();
        var left = new Queue<string>(ids.Distinct());
        var seen = new HashSet<string>(left);
        var lost = new HashSet<string>();
        while (left.TryDequeue(out var id))
        {
            begins.Remove(id);
            var wanted = Wanted(id) is { } named && claims.Admits(named) ? named : null;
            foreach (var loser in claims.Set(id, wanted))
            {
                lost.Add(loser);
                seen.Add(loser);
                left.Enqueue(loser);
            }

            if (next.TryGetValue(id, out var session))
            {
                if (!session.IsOver && session.Definition.Endpoint == wanted?.Endpoint && !lost.Remove(id))
                {
                    session.Redefine(wanted);
                    session.Stay();
                    continue;
                }

                if (IsLeaving(session))
                {
                    continue;
                }

                next.Remove(id);
                ended.Add(session);
            }

            if (wanted is not null)
            {
                begins.Add(id, wanted);
            }
        }

        await Task.WhenAll(ended.Select(static session => session.DisposeAsync().AsTask()));
        VmSession[] begun = [.. begins.Values.Select(vm => new VmSession(
            vm, connectedBefore: stored.Known.ContainsKey(vm.Id), sessions.GetValueOrDefault(vm.Id)?.Last ?? last?.GetValueOrDefault(vm.Id), environment))];
        next.AddRange(begun.Select(static session => KeyValuePair.Create(session.Id, session)));
        Volatile.Write(ref sessions, next.ToImmutable());
        Volatile.Write(ref all, [.. sessions.Values]);
        var changed = known.Tell(stored, seen, id => sessions.GetValueOrDefault(id)?.Definition, who);
        Array.ForEach(begun, static session => session.Start());
        if (changed)
        {
            await known.SaveAsync(stored);
        }
    }

    /// <summary>Whether a session stays for now, as its socket is gone and its QEMU may not have said everything yet.</summary>
    private bool IsLeaving(VmSession session)
    {
        if (session.IsOver || session.Definition.Source != VmSource.Discovery || discovered.GetValueOrDefault(session.Id)?.Endpoint == session.Definition.Endpoint)
        {
            return false;
        }

        if (session.Leaving is null)
        {
            _ = LeaveAsync(session);
        }

        return !session.Leaving!.IsCompleted;
    }

    private async Task LeaveAsync(VmSession session)
    {
        await session.LeaveAsync(LastWords);
        await ChangeAsync(() => ApplyAsync([session.Id], VmSource.Discovery.Name()));
    }
}
