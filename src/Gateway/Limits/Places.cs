using System.Threading.RateLimiting;
using Gateway.Configuration;
using Gateway.Observability;

namespace Gateway.Limits;

/// <summary>
/// The places of requests and readers. Nobody queues for one: what cannot be served now is told so now, and a client knows better than the
/// gateway whether it still wants to wait.
/// </summary>
public sealed class Places(GatewayOptions options, LimitMetrics metrics) : IDisposable
{
    private readonly ConcurrencyLimiter requests = new(Of(options.Limits.Requests));
    private readonly ConcurrencyLimiter readers = new(Of(options.Limits.Readers));
    private readonly PartitionedRateLimiter<string> requestsPerVm = PartitionedRateLimiter.Create<string, string>(vm =>
        RateLimitPartition.GetConcurrencyLimiter(vm, _ => Of(options.Limits.RequestsPerVm)));

    /// <summary>Requests on their way.</summary>
    public long Requests => options.Limits.Requests - requests.GetStatistics()!.CurrentAvailablePermits;

    /// <summary>Readers there are.</summary>
    public long Readers => options.Limits.Readers - readers.GetStatistics()!.CurrentAvailablePermits;

    /// <summary>A request's place, until it is disposed; null, and why in <paramref name="refusal"/>, where there is none.</summary>
    /// <param name="vm">The VM that the request is for, if it is for one.</param>
    /// <param name="refusal">Why there is none. Not thrown, since refusing has to stay cheap when there is too much to do already.</param>
    public IDisposable? TakeRequest(string? vm, out LimitReachedException? refusal)
    {
        refusal = null;
        var ofAll = requests.AttemptAcquire();
        if (!ofAll.IsAcquired)
        {
            refusal = Refuse(nameof(LimitsOptions.Requests), options.Limits.Requests, "too many requests are on their way");
            return null;
        }

        if (vm is null)
        {
            return ofAll;
        }

        var ofVm = requestsPerVm.AttemptAcquire(vm);
        if (!ofVm.IsAcquired)
        {
            ofAll.Dispose();
            refusal = Refuse(nameof(LimitsOptions.RequestsPerVm), options.Limits.RequestsPerVm, $"too many requests for '{vm}' are on their way");
            return null;
        }

        return new Both(ofVm, ofAll);
    }

    /// <summary>A reader's place, until it is disposed.</summary>
    /// <exception cref="LimitReachedException">There is none.</exception>
    public IDisposable TakeReader()
    {
        var place = readers.AttemptAcquire();
        return place.IsAcquired ? place : throw Refuse(nameof(LimitsOptions.Readers), options.Limits.Readers, "too many readers are there");
    }

    /// <summary>Holds the VMs made known by the API to their limit, before there is one more.</summary>
    /// <exception cref="LimitReachedException">It is reached.</exception>
    public void CheckVms(int count)
    {
        if (count >= options.Limits.Vms)
        {
            throw Refuse(nameof(LimitsOptions.Vms), options.Limits.Vms, "too many VMs were made known by the API");
        }
    }

    /// <summary>Ends the limiters.</summary>
    public void Dispose()
    {
        requests.Dispose();
        readers.Dispose();
        requestsPerVm.Dispose();
    }

    private static ConcurrencyLimiterOptions Of(int most) => new() { PermitLimit = most, QueueLimit = 0 };

    private LimitReachedException Refuse(string setting, int most, string what)
    {
        metrics.Refused(setting);
        return new LimitReachedException(setting, most, what);
    }

    private sealed class Both(RateLimitLease ofVm, RateLimitLease ofAll) : IDisposable
    {
        public void Dispose()
        {
            ofVm.Dispose();
            ofAll.Dispose();
        }
    }
}
