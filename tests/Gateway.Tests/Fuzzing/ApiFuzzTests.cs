using System.IO.Compression;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Tests.Fuzzing;

/// <summary>Whatever is asked, and however: an answer or a problem of the contract, and the gateway is none the worse for it.</summary>
public sealed class ApiFuzzTests
{
    // What may wait for a long time, and is hung up on.
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(150);

    [Fact]
    public async Task Any_request_gets_an_answer_or_a_problem_of_the_contract()
    {
        await using var host = await GatewayHost.ConnectedAsync("x");

        await FuzzGen.Requests.Array[1, 12].SampleAsync(async requests =>
        {
            foreach (var request in requests)
            {
                await SendAsync(host, request);
            }

            host.AssertNoFaults();
        });

        await host.ConnectedAsync("x");
        (await host.GetAsync("/vms/x")).Ok();
        (await host.GetAsync("/vms/x/status")).Ok();
        (await host.GetAsync("/health/ready")).Ok();
    }

    private static async Task SendAsync(GatewayHost host, FuzzRequest request)
    {
        using var patience = new CancellationTokenSource(MayWait(request) ? Glance : TestSignal.Patience);
        try
        {
            var context = await host.Server.SendAsync(http => Write(http.Request, request), patience.Token);
            var text = IsStream(context.Response) || request.Method == "HEAD" ? "" : await ReadAsync(context.Response, patience.Token);
            Fuzzed.Hold(context.Response.StatusCode, context.Response.ContentType, request.Method == "HEAD" ? null : text);
            if (IsStream(context.Response))
            {
                context.Abort();
            }
        }
        catch (Exception hungUp) when (hungUp is OperationCanceledException or IOException && patience.IsCancellationRequested && MayWait(request))
        {
            // Waits, as it was asked to.
        }
    }

    private static void Write(HttpRequest http, FuzzRequest request)
    {
        (http.Method, http.Scheme, http.Host) = (request.Method, "http", new HostString("localhost"));
        (http.Path, http.QueryString) = (new PathString(request.Path), new QueryString(request.Query));
        foreach (var (name, value) in request.Headers)
        {
            http.Headers[name] = value;
        }

        http.Body = new MemoryStream(request.Body);
        http.ContentLength = request.Body.Length;
    }

    private static async Task<string> ReadAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        await using var body = response.Headers.ContentEncoding.ToString() switch
        {
            "gzip" => new GZipStream(response.Body, CompressionMode.Decompress),
            "br" => new BrotliStream(response.Body, CompressionMode.Decompress),
            _ => response.Body,
        };
        using var reader = new StreamReader(body);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static bool IsStream(HttpResponse response) => response.ContentType is "text/event-stream";

    private static bool MayWait(FuzzRequest request) =>
        request.Query.Length > 0 || request.Headers.Any(static header => header.Value == "text/event-stream") || request.Path.StartsWith("/hubs/", StringComparison.Ordinal);
}
