using System.Net;
using System.Net.Http.Headers;
using QmpGateway.Contracts;

namespace QmpGateway.Client;

/// <summary>Sends requests, and retries them if a retry is safe.</summary>
internal sealed class GatewayRequests(HttpClient http, GatewayClientOptions options)
{
    /// <summary>The slug of a request that could not be sent.</summary>
    public const string Unreachable = "gateway-unreachable";

    private const string OutcomeUnknown = "outcome-unknown";

    private readonly string address = AddressOf(options.BaseAddress ?? http.BaseAddress);

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Sends a request and returns the response body. It may be empty.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path, with its query.</param>
    /// <param name="body">The JSON body; null for none.</param>
    /// <param name="ifRun">The run that the request is for; null for any run.</param>
    /// <param name="waits">How long the request asks the gateway to wait.</param>
    /// <param name="cancellationToken">Cancels the wait. A request that was already sent may still take effect.</param>
    public async Task<byte[]> SendAsync(
        HttpMethod method, string path, byte[]? body, string? ifRun, TimeSpan waits, CancellationToken cancellationToken)
    {
        // All attempts share one key, so the gateway executes the request only once.
        var key = method == HttpMethod.Post || method == HttpMethod.Put ? Guid.NewGuid().ToString("N") : null;
        GatewayException? unknownOutcome = null;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await SendOnceAsync(Make, waits, cancellationToken).ConfigureAwait(false);
            }
            catch (GatewayException failure) when (unknownOutcome is not null && !(attempt < options.Retries && CanRetry(failure, method)) && IsInconclusive(failure))
            {
                // The gateway rejected this attempt, but may have executed an earlier one.
                throw unknownOutcome;
            }
            catch (GatewayException failure) when (attempt < options.Retries && CanRetry(failure, method))
            {
                unknownOutcome = failure.Slug == OutcomeUnknown ? failure : unknownOutcome;
                await Task.Delay(failure.RetryAfter ?? Delay(attempt), options.Time, cancellationToken).ConfigureAwait(false);
            }
        }

        HttpRequestMessage Make()
        {
            var request = new HttpRequestMessage(method, UrlOf(path));
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            }

            if (key is not null)
            {
                request.Headers.Add("Idempotency-Key", key);
            }

            if (ifRun is not null)
            {
                request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{ifRun}\""));
            }

            return request;
        }
    }

    /// <summary>Returns the URL for a path. The gateway's own address may contain a path, too.</summary>
    public Uri UrlOf(string path) => new(address + path);

    /// <summary>Sends a request and returns the response without its content. The caller must dispose it.</summary>
    /// <exception cref="GatewayException">The status is not a success.</exception>
    public async Task<HttpResponseMessage> OpenAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        var response = await AuthenticatedAsync(make, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw GatewayException.From((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false), RetryAfter(response));
        }
    }

    /// <summary>Returns how long to wait after an attempt: exponential backoff with jitter.</summary>
    public static TimeSpan Delay(int attempt) =>
        FirstDelay * Math.Min(1 << Math.Min(attempt, 6), 50) * (0.5 + Random.Shared.NextDouble());

    private async Task<byte[]> SendOnceAsync(Func<HttpRequestMessage> make, TimeSpan waits, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Timeout + waits, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var response = await OpenAsync(make, either.Token).ConfigureAwait(false);
            return await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException || (broken is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new GatewayException(
                IsBeforeSending(broken)
                    ? new Problem { Type = Problem.TypePrefix + Unreachable, Title = "Gateway not reachable", Status = 0, Detail = $"Cannot connect to the gateway: {broken.Message}", Outcome = "not-sent" }
                    : new Problem { Type = Problem.TypePrefix + OutcomeUnknown, Title = "No answer from the gateway", Status = 0, Detail = $"The gateway did not answer: {broken.Message}", Outcome = "unknown" },
                inner: broken);
        }
    }

    private async Task<HttpResponseMessage> AuthenticatedAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        for (var again = false; ; again = true)
        {
            using var request = make();
            if (http.DefaultRequestHeaders.UserAgent.Count == 0)
            {
                request.Headers.UserAgent.Add(ClientVersion.UserAgent);
            }

            if (await options.Credential(cancellationToken).ConfigureAwait(false) is { } credential)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
            }

            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (again || response.StatusCode != HttpStatusCode.Unauthorized || request.Headers.Authorization is null)
            {
                return response;
            }

            response.Dispose();
        }
    }

    /// <summary>Whether a request failed before any part of it was sent.</summary>
    private static bool IsBeforeSending(Exception broken) => broken is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
    };

    private static string AddressOf(Uri? address) => address is { IsAbsoluteUri: true }
        ? address.GetLeftPart(UriPartial.Path).TrimEnd('/')
        : throw new ArgumentException($"{nameof(GatewayClientOptions)}.{nameof(GatewayClientOptions.BaseAddress)} must be an absolute URL, such as http://127.0.0.1:8080.");

    /// <summary>Whether a failure gives no information about earlier attempts with the same key.</summary>
    private static bool IsInconclusive(GatewayException failure) => failure.Slug is Unreachable or "in-progress" or "rate-limited";

    private static bool CanRetry(GatewayException failure, HttpMethod method) => failure.Slug switch
    {
        // The first request with this key is still running, or the rate limit was reached.
        "in-progress" or "rate-limited" => true,
        "vm-unreachable" or "storage-unavailable" => failure.Outcome == CommandOutcome.NotSent,
        // There was no response. It is safe to retry reads and requests with a key.
        OutcomeUnknown => failure.Problem.Status == 0 && method != HttpMethod.Delete,
        Unreachable => true,
        _ => false,
    };

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter?.Delta;
}
