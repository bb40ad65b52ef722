
namespace Gateway.Limits;

/// <summary>
/// Limits the requests, commands and readers in progress. Each takes a place. If no place is free, the request is rejected immediately instead of queued:
/// the client knows better than the gateway whether it still wants to wait.
/// </summary>
public sealed class Places(LimitsOptions limits, LimitMetrics metrics)
{
    /// <summary>
    /// The number of commands of each VM that count only for that VM. If other VMs hang and their commands take all shared places, this VM is still served.
    /// </summary>
    public const int OfEachVm = 8;

    /// <summary>The number of bytes of each body that do not count. Small requests are therefore served even if the limit on bytes is reached.</summary>
    public const int SmallBody = 64 * 1024;

    private readonly ByteLimit bytes = new(limits.BodyBytesInFlight, metrics);
    private readonly Lock sync = new();
    private readonly Share[] inAll =
        [.. Enum.GetValues<Work>().Select(work => new Share(work == Work.Reader ? limits.Readers : limits.Requests))];

    private readonly Dictionary<(string Vm, Work Work), Share> ofVms = [];
    private readonly Stack<Share> spare = [];
    private long ofVmsAlone;

    /// <summary>The number of requests in progress, including commands.</summary>
    public long Requests => Read(() => inAll[(int)Work.Request].Taken + inAll[(int)Work.Command].Taken + inAll[(int)Work.Urgent].Taken + ofVmsAlone);

    /// <summary>The number of readers.</summary>
    public long Readers => Read(() => inAll[(int)Work.Reader].Taken);

    /// <summary>The number of body bytes in flight.</summary>
    public long BodyBytes => bytes.Taken;

    /// <summary>Creates the share of one body. It is empty at first.</summary>
    /// <param name="caller">The caller. Null if authentication is not required.</param>
    public BytePlaces TakeBytes(string? caller) => new(bytes, caller);

    /// <summary>Takes a place. Dispose it to release it.</summary>
    /// <param name="work">The kind of work.</param>
    /// <param name="vm">The VM that a command is for.</param>
    /// <param name="caller">The caller. Null if authentication is not required.</param>
    /// <param name="refusal">Why no place is free. It is not thrown, because rejecting must be cheap under overload.</param>
    /// <returns>The place, or null if none is free.</returns>
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
                ? Refusal(nameof(LimitsOptions.RequestsPerVm), ofVm, $"Too many {Name(work)} for '{vm}' are in progress")
                : work == Work.Reader
                    ? Refusal(nameof(LimitsOptions.Readers), ofAll, "Too many readers are connected")
                    : Refusal(nameof(LimitsOptions.Requests), ofAll, $"Too many {Name(work)} are in progress");
        }

        metrics.Refused(refusal.Setting);
        return null;
    }

    /// <summary>Takes a place. Dispose it to release it.</summary>
    /// <inheritdoc cref="TryTake" path="/param"/>
    /// <exception cref="LimitReachedException">No place is free.</exception>
    public IDisposable Take(Work work, string? vm, string? caller) => TryTake(work, vm, caller, out var refusal) ?? throw refusal!;

    /// <summary>Checks that another VM may be registered through the API.</summary>
    /// <exception cref="LimitReachedException">The limit on VMs is reached.</exception>
    public void CheckVms(int count)
    {
        if (count >= limits.Vms)
        {
            metrics.Refused(nameof(LimitsOptions.Vms));
            throw new LimitReachedException(nameof(LimitsOptions.Vms), limits.Vms, "Too many VMs are registered through the API");
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
                // Callers choose VM ids, so an entry without work is removed. Otherwise the dictionary could grow without bound.
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
