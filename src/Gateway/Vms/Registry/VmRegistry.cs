using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.Vms.Endpoints;
using Gateway.Vms.Sessions;
using QmpGateway.Qmp;

namespace Gateway.Vms.Registry;

/// <summary>
/// The VMs of the configuration, the API and discovery, with one session each. If two sources define the same id, the first in that order wins, and
/// the other takes effect when the first is removed. A monitor belongs to only one VM (<see cref="EndpointClaims"/>).
/// </summary>
internal sealed class VmRegistry(
    VmEnvironment environment, VmStore store, Places places, EndpointClaims claims, Func<IReadOnlyList<JournalEntry>> states) : IVms, IAsyncDisposable
{
    // QEMU quits faster than this after it has removed its socket. If somebody else removed the socket, QEMU keeps running, and is disconnected after this time.
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(5);

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

    /// <summary>Starts a session for each VM of all sources, and appends the VMs that were added or removed since the gateway last ran to the journal.</summary>
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

    /// <summary>Replaces the VMs of the configuration.</summary>
    public Task ConfiguredAsync(IEnumerable<VmDefinition> configuration) => ReplaceAsync(configured, configuration, VmSource.Configuration);

    /// <summary>Replaces the VMs of discovery.</summary>
    public Task DiscoveredAsync(IEnumerable<VmDefinition> sockets) => ReplaceAsync(discovered, sockets, VmSource.Discovery);

    public async Task<(IVm Vm, bool Created)> PutAsync(VmDefinition definition, string who, Func<QmpEndpoint, bool> mayUse, bool onlyCreates)
    {
        var place = await EndpointPlace.FindOrGuessAsync(definition.Endpoint, environment.Time);
        var (session, created) = await ChangeAsync(() => PutOneAsync(definition, who, place, mayUse, onlyCreates));
        // Outside the lock: a VM may be slow, and must not delay other changes.
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

    /// <summary>Disconnects all VMs. The container calls this once for each service type under which the registry is registered.</summary>
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

    /// <summary>Replaces the VMs of a source. Returns the ids of its previous and its current VMs.</summary>
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
    /// Updates the sessions and the journal to match the sources, for the given ids. The list changes before the entry is appended. A new session starts
    /// after that, with the last known state of the previous one.
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

    /// <summary>Whether a session continues for a while: its socket is gone, but QEMU may still send its last events.</summary>
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
        await session.LeaveAsync(LeaveTimeout);
        await ChangeAsync(() => ApplyAsync([session.Id], VmSource.Discovery.Name()));
    }
}
