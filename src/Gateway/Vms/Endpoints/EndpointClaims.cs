using System.Collections.Frozen;
using QmpGateway.Qmp;

namespace Gateway.Vms.Endpoints;

/// <summary>
/// Tracks which VM owns which monitor, so that no VM gives access to the monitor of another. VMs of the configuration take precedence. Among the others,
/// the first keeps the monitor.
/// </summary>
internal sealed class EndpointClaims(OwnSockets own)
{
    private readonly Lock sync = new();
    private readonly Dictionary<string, Claim> claims = [];
    private readonly Dictionary<string, HashSet<Claim>> byName = [];
    private long last;

    /// <summary>Sets the claim of a VM, or removes it if <paramref name="vm"/> is null. Returns the ids of the VMs that lose their monitor to it.</summary>
    public IReadOnlyList<string> Set(string id, VmDefinition? vm)
    {
        var place = vm is null ? null : EndpointPlace.Of(vm.Endpoint);
        lock (sync)
        {
            var before = claims.GetValueOrDefault(id);
            if (before is { IsLost: false } && (before.Vm.Endpoint, before.Vm.Source) == (vm?.Endpoint, vm?.Source))
            {
                return [];
            }

            if (before is not null)
            {
                claims.Remove(id);
                Rename(before, FrozenSet<string>.Empty);
            }

            if (vm is null)
            {
                return [];
            }

            var claim = new Claim(vm, before?.Vm.Endpoint == vm.Endpoint ? before.Order : ++last);
            claims.Add(id, claim);
            Rename(claim, place!.Names);
            Claim[] losers = [.. Sharing(id, place).Where(other => claim.Precedes(other) && !other.IsLost)];
            Array.ForEach(losers, static loser => loser.IsLost = true);
            return [.. losers.Select(static loser => loser.Vm.Id)];
        }
    }

    /// <summary>Whether the VM may exist. A discovered VM may not if its monitor belongs to another VM.</summary>
    public bool Admits(VmDefinition vm)
    {
        if (vm.Source != VmSource.Discovery)
        {
            return true;
        }

        lock (sync)
        {
            return (claims.GetValueOrDefault(vm.Id) is { IsLost: false } claim && claim.Vm.Endpoint == vm.Endpoint) || !IsTaken(vm.Id, EndpointPlace.Of(vm.Endpoint));
        }
    }

    /// <summary>Checks that a VM of the API may have its endpoint.</summary>
    /// <exception cref="EndpointNotGrantedException">The caller may not register a VM there.</exception>
    /// <exception cref="EndpointInUseException">The endpoint is the monitor of another VM, or a socket of the gateway.</exception>
    public void ThrowIfNotToBeHad(VmDefinition vm, EndpointPlace place, Func<QmpEndpoint, bool> mayUse)
    {
        if (!mayUse(vm.Endpoint))
        {
            throw new EndpointNotGrantedException(vm.Id, vm.Endpoint);
        }

        lock (sync)
        {
            if (IsTaken(vm.Id, place))
            {
                throw new EndpointInUseException(vm.Id, vm.Endpoint);
            }
        }
    }

    /// <summary>Whether a VM may not connect to the place that its endpoint leads to now. If it may, it claims that place.</summary>
    public bool IsDenied(string id, EndpointPlace place)
    {
        lock (sync)
        {
            var claim = claims.GetValueOrDefault(id);
            if (own.Include(place) || Sharing(id, place).Any(other => claim is null || other.Precedes(claim)))
            {
                return true;
            }

            if (claim is not null)
            {
                Rename(claim, place.Names);
            }

            return false;
        }
    }

    /// <summary>Whether discovery found a VM.</summary>
    public bool IsDiscovered(string id)
    {
        lock (sync)
        {
            return claims.GetValueOrDefault(id)?.Vm.Source == VmSource.Discovery;
        }
    }

    private bool IsTaken(string id, EndpointPlace place) => own.Include(place) || Sharing(id, place).Any();

    private IEnumerable<Claim> Sharing(string id, EndpointPlace place) => place.Names
        .SelectMany(name => byName.GetValueOrDefault(name) ?? [])
        // Few sockets have several names (hard links). Only for these, the sockets of all VMs are compared.
        .Concat(place.File is { Links: > 1 } file ? claims.Values.Where(claim => claim.Vm.Endpoint is UnixQmpEndpoint unix && UnixFile.Look(unix.Path)?.Birth == file.Birth) : [])
        .Where(claim => claim.Vm.Id != id)
        .Distinct();

    private void Rename(Claim claim, IReadOnlySet<string> names)
    {
        foreach (var name in claim.Names)
        {
            byName[name].Remove(claim);
            if (byName[name].Count == 0)
            {
                byName.Remove(name);
            }
        }

        claim.Names = names;
        foreach (var name in names)
        {
            if (!byName.TryGetValue(name, out var named))
            {
                byName.Add(name, named = []);
            }

            named.Add(claim);
        }
    }

    private sealed class Claim(VmDefinition vm, long order)
    {
        public VmDefinition Vm => vm;

        public long Order => order;

        public IReadOnlySet<string> Names { get; set; } = FrozenSet<string>.Empty;

        /// <summary>Whether another VM has taken the monitor.</summary>
        public bool IsLost { get; set; }

        private int Rank => vm.Source == VmSource.Configuration ? 0 : 1;

        public bool Precedes(Claim other) => (Rank, Order).CompareTo((other.Rank, other.Order)) < 0;
    }
}
