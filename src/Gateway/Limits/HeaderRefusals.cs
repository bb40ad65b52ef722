using System.Diagnostics;
using Gateway.Observability;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Limits;

/// <summary>
/// Counts requests whose headers are too large. Kestrel answers those itself, before there is a request, and only its diagnostics tell
/// (learn.microsoft.com, "Diagnostics in Kestrel": <c>Microsoft.AspNetCore.Server.Kestrel.BadRequest</c>).
/// </summary>
internal sealed class HeaderRefusals(DiagnosticListener diagnostics, LimitMetrics metrics) : IHostedService, IObserver<KeyValuePair<string, object?>>
{
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private IDisposable? subscription;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        subscription = diagnostics.Subscribe(this, static name => name == BadRequest);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        subscription?.Dispose();
        return Task.CompletedTask;
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == BadRequest && value.Value is IFeatureCollection request
            && request.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException { StatusCode: StatusCodes.Status431RequestHeaderFieldsTooLarge })
        {
            metrics.Refused(nameof(LimitsOptions.HeaderBytes));
        }
    }

    public void OnError(Exception error)
    {
    }

    public void OnCompleted()
    {
    }
}
