using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Observability;

/// <summary>Takes what is exported by OTLP over HTTP, as protobuf (opentelemetry-proto, <c>trace/v1/trace.proto</c>).</summary>
public sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Path, string? Type, byte[] Body)> received = [];

    private OtlpCollector(WebApplication app) => this.app = app;

    public string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public IReadOnlyCollection<(string Path, string? Type, byte[] Body)> Received => received;

    public IReadOnlyList<OtlpSpan> Spans => [.. received.Where(static one => one.Path == "/v1/traces").SelectMany(static one => OtlpSpan.Read(one.Body))];

    /// <summary>Everything that came, as text: what is in no byte of it was not sent.</summary>
    public string AllText => string.Concat(received.Select(static one => Encoding.Latin1.GetString(one.Body)));

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var collector = new OtlpCollector(builder.Build());
        collector.app.Run(collector.TakeAsync);
        await collector.app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        received.Enqueue((context.Request.Path, context.Request.ContentType, body.ToArray()));
        // An empty response message: everything was taken.
        context.Response.ContentType = "application/x-protobuf";
    }
}
