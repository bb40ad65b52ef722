using System.Security.Cryptography;
using System.Text;
using Gateway.Access;
using Gateway.Json;
using Gateway.Limits;
using Gateway.Requests.Audit;
using Gateway.Requests.Binding;
using Gateway.Requests.Limits;
using Gateway.Requests.Problems;
using Microsoft.Extensions.Primitives;
using QmpGateway.Contracts;

namespace Gateway.Requests.Idempotency;

/// <summary>
/// Responds to a repeated request (<c>Idempotency-Key</c>, as in the IETF draft of that name) with the response to the first request, and does not
/// execute it again.
/// </summary>
internal sealed class IdempotentRequests(RequestDelegate next, KeptAnswers answers, LimitMetrics metrics, ProblemWriter problems)
{
    /// <summary>The header that marks a stored response.</summary>
    public const string Replayed = "Idempotency-Replayed";

    private const string Header = "Idempotency-Key";
    private const int MaxLength = 255;

    public Task InvokeAsync(HttpContext context) =>
        context.Request.Headers.TryGetValue(Header, out var given) && (HttpMethods.IsPost(context.Request.Method) || HttpMethods.IsPut(context.Request.Method))
            && context.ApiRoute() is not null
            ? InvokeOnceAsync(context, given)
            : next(context);

    private async Task InvokeOnceAsync(HttpContext context, StringValues given)
    {
        if (given is not [{ Length: >= 1 and <= MaxLength } key])
        {
            throw new InvalidRequestException(Header, $"must be a single value of 1 to {MaxLength} characters");
        }

        var hash = await HashAsync(context);
        var scoped = $"{context.User.Access().Identity}\n{key}";
        if (await BeginAsync(context, scoped, hash) is { } known)
        {
            await AnswerAsync(context, known, hash);
            return;
        }

        await RunAsync(context, scoped);
    }

    private async Task<KnownKey?> BeginAsync(HttpContext context, string key, byte[] hash)
    {
        try
        {
            return await answers.BeginAsync(key, hash, shared: context.User.LimitedAs() is not null);
        }
        catch (LimitReachedException refusal)
        {
            metrics.Refused(refusal.Setting);
            throw;
        }
    }

    private async Task AnswerAsync(HttpContext context, KnownKey known, byte[] hash)
    {
        if (!known.Request.AsSpan().SequenceEqual(hash))
        {
            await problems.WriteAsync(context, ProblemMapper.Of(ProblemKind.KeyReused, "This idempotency key was used for a different request. Use a new key."));
        }
        else if (known.Answer is { } answer)
        {
            context.Response.Headers[Replayed] = "true";
            problems.Note(context, answer);
            await WriteAsync(context.Response, answer);
        }
        else if (known.UnderWay)
        {
            await problems.WriteAsync(context, ProblemMapper.Of(ProblemKind.InProgress, "The first request with this idempotency key is still in progress. Retry later."));
        }
        else
        {
            await problems.WriteAsync(context, ProblemMapper.Of(
                ProblemKind.OutcomeUnknown, "The gateway stopped while the first request with this idempotency key was in progress. The request is not run again.") with
            {
                Outcome = "unknown",
            });
        }
    }

    private async Task RunAsync(HttpContext context, string key)
    {
        var response = context.Response;
        var (body, callerGone) = (response.Body, context.RequestAborted);
        using var kept = new MemoryStream();
        response.Body = kept;
        // The request continues if the caller disconnects, because the caller may repeat it to get the response.
        context.RequestAborted = CancellationToken.None;
        try
        {
            await next(context);
        }
        catch (Exception failure)
        {
            await problems.TryHandleAsync(context, failure, CancellationToken.None);
        }
        finally
        {
            (response.Body, context.RequestAborted) = (body, callerGone);
        }

        if (response.StatusCode >= StatusCodes.Status400BadRequest && DidNothing(context.Items[typeof(Problem)] as Problem))
        {
            await answers.ReleaseAsync(key);
        }
        else
        {
            await answers.EndAsync(key, new KeptAnswer(response.StatusCode, response.ContentType, response.Headers.Location, kept.ToArray()));
        }

        // Do not write an empty body: Kestrel rejects any write to a 204 response and ends the connection.
        if (kept.Length > 0)
        {
            await response.Body.WriteAsync(kept.GetBuffer().AsMemory(0, (int)kept.Length));
        }
    }

    // Nothing was sent to QEMU, and a retry may succeed, so the key is released.
    private static bool DidNothing(Problem? problem) => problem is null || AuditOutcome.Of(problem) is "not-sent" or "forbidden";

    private static async Task WriteAsync(HttpResponse response, KeptAnswer answer)
    {
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.Headers.Location = answer.Location;
        if (answer.Body.Length > 0)
        {
            await response.Body.WriteAsync(answer.Body);
        }
    }

    /// <summary>Hashes the parts that make two requests equal: method, path, query, preconditions and body.</summary>
    private static async Task<byte[]> HashAsync(HttpContext context)
    {
        var request = context.Request;
        var body = await context.ReadBodyAsync(context.RequestAborted);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method}\n{request.Path}\n{request.QueryString}\n{request.Headers.IfMatch}\n{request.Headers.IfNoneMatch}\n"));
        hash.AppendData(body.Span);
        // The next reader of the body starts at the beginning.
        request.Body = System.Runtime.InteropServices.MemoryMarshal.TryGetArray(body, out var bytes) ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false) : Stream.Null;
        return hash.GetHashAndReset();
    }
}
