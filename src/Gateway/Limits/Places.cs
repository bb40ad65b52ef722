
namespace Gateway.Limits;

/// <summary>
/// The places of requests, commands and readers. Nobody queues for one: what cannot be served now is told so now, and a client knows better
/// than the gateway whether it still wants to wait.
/// </summary>
public sealed class Places(LimitsOptions limits, LimitMetrics metrics)
{
    /// <summary>
    /// Commands of a VM that count for that VM alone. However many VMs hang, with all the places in all taken for them, each other VM is served.
    /// </summary>
    public const int OfEachVm = 8;

    /// <summary>The bytes of each body that do not count: however many are in flight, small requests are served.</summary>
    public const int SmallBody = 64 * 1024;

    private readonly ByteLimit bytes = new(limits.BodyBytesInFlight, metrics);
    private readonly Lock sync = new();
    private readonly Share[] inAll =
        [.. Enum.GetValues<Work>().Select(work => new Share(work == Work.Reader ? limits.Readers : limits.Requests))];

    private readonly Dictionary<(string Vm, Work Work), Share> ofVms = [];
    private readonly Stack<Share> spare = [];
    private long ofVmsAlone;

    /// <summary>Requests on their way, commands included.</summary>
    public long Requests => Read(() => inAll[(int)Work.Request].Taken + inAll[(int)Work.Command].Taken + inAll[(int)Work.Urgent].Taken + ofVmsAlone);

    /// <summary>Readers there are.</summary>
    public long Readers => Read(() => inAll[(int)Work.Reader].Taken);

    /// <summary>Bytes of bodies in flight.</summary>
    public long BodyBytes => bytes.Taken;

    /// <summary>The bytes in flight of one body, none yet.</summary>
    /// <param name="caller">Who asks; null for one of whom no name is asked.</param>
    public BytePlaces TakeBytes(string? caller) => new(bytes, caller);

    /// <summary>Takes a place, until it is disposed.</summary>
    /// <param name="work">What for.</param>
    /// <param name="vm">The VM that a command is for.</param>
    /// <param name="caller">Who asks; null for one of whom no name is asked.</param>
    /// <param name="refusal">Why there is none. Not thrown, since refusing has to stay cheap when there is too much to do already.</param>
    /// <returns>The place; null where there is none.</returns>
    public IDisposable? TryTake(Work work, string? vm, string? caller, out LimitReachedException? refusal)
    {
        refusal = null;
        var ofAll = inAll[(int)work];
        lock (sync)
        {
            var ofVm = vm is not null && work is Work.Command or Work.Urgent ? OfVm(vm!, work) : null;
            var counted = ofVm is null || ofVm.Taken >= OfEachVm ? ofAll : null;
            if (ofVm?.HasFor(caller) != false && counted?.HasFor(caller) != false)
            {
                return Take(work, vm, caller, ofVm, counted);
            }

            refusal = ofVm?.HasFor(caller) == false
                ? Refusal(nameof(LimitsOptions.RequestsPerVm), ofVm, $"too many {Name(work)} for '{vm}' are on their way")
                : work == Work.Reader
                    ? Refusal(nameof(LimitsOptions.Readers), ofAll, "too many readers are there")
                    : Refusal(nameof(LimitsOptions.Requests), ofAll, $"too many {Name(work)} are on their way");
        }

        metrics.Refused(refusal.Setting);
        return null;
    }

    /// <summary>Takes a place, until it is disposed.</summary>
    /// <inheritdoc cref="TryTake" path="/param"/>
    /// <exception cref="LimitReachedException">There is none.</exception>
    public IDisposable Take(Work work, string? vm, string? caller) => TryTake(work, vm, caller, out var refusal) ?? throw refusal!;

    /// <summary>Holds the VMs made known by the API to their limit, before there is one more.</summary>
    /// <exception cref="LimitReachedException">It is reached.</exception>
    public void CheckVms(int count)
    {
        if (count >= limits.Vms)
        {
            metrics.Refused(nameof(LimitsOptions.Vms));
            throw new LimitReachedException(nameof(LimitsOptions.Vms), limits.Vms, "too many VMs were made known by the API");
        }
    }

    private static string Name(Work work) => work switch
    {
        Work.Command => "commands",
        Work.Urgent => "lifecycle and out-of-band commands",
        _ => "requests",
    };

    private static LimitReachedException Refusal(string setting, Share share, string what) =>
        new(setting, share.MostOf(null), what, ofOne: share.HasFor(null));

    private long Read(Func<long> count)
    {
        lock (sync)
        {
            return count();
        }
    }

    private Share OfVm(string vm, Work work)
    {
        if (!ofVms.TryGetValue((vm, work), out var share))
        {
            ofVms[(vm, work)] = share = spare.TryPop(out var one) ? one : new Share(limits.RequestsPerVm);
        }

        return share;
    }

    private Place Take(Work work, string? vm, string? caller, Share? ofVm, Share? ofAll)
    {
        ofVm?.Take(caller);
        ofAll?.Take(caller);
        ofVmsAlone += ofAll is null ? 1 : 0;
        return new Place(this, work, vm, caller, ofVm, ofAll);
    }

    private void GiveBack(Work work, string? vm, string? caller, Share? ofVm, Share? ofAll)
    {
        lock (sync)
        {
            ofAll?.GiveBack(caller);
            ofVmsAlone -= ofAll is null ? 1 : 0;
            ofVm?.GiveBack(caller);
            if (ofVm?.Taken == 0)
            {
                // Any text may become a VM's id, so nothing is kept of one that is quiet.
                ofVms.Remove((vm!, work));
                spare.Push(ofVm);
            }
        }
    }

    private sealed class Place(Places places, Work work, string? vm, string? caller, Share? ofVm, Share? ofAll) : IDisposable
    {
        private Places? taken = places;

        public void Dispose() => Interlocked.Exchange(ref taken, null)?.GiveBack(work, vm, caller, ofVm, ofAll);
    }
}
