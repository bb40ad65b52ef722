using System.Text.Json;
using Gateway.Json;
using Gateway.Requests.Binding;
using Gateway.Requests.Idempotency;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;
using QmpGateway.Contracts;

namespace Gateway.Requests.Problems;

/// <summary>Writes a problem for each exception, and for each error status without a body.</summary>
internal sealed partial class ProblemWriter(IOptions<Microsoft.AspNetCore.Mvc.JsonOptions> json, ILogger<ProblemWriter> logger) : IExceptionHandler
{
    // A session reconnects within 5 s, and most requests take less than a second.
    private static readonly Dictionary<string, string> RetryAfter = new() { [ProblemKind.VmUnreachable.Type] = "2", [ProblemKind.RateLimited.Type] = "1" };

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            return true;
        }

        await WriteAsync(context, Of(exception, context.Request.Method, context.Request.Path));
        return true;
    }

    /// <summary>Returns the problem of a failure, as it is for any request. Logs the failure if it is an internal error of the gateway.</summary>
    public Problem Of(Exception failure, string method, string path)
    {
        if (ProblemMapper.Map(failure) is { } problem)
        {
            return problem;
        }

        LogFault(failure, method, path);
        return ProblemMapper.Of(ProblemKind.InternalError, "The gateway failed. Its log has the details under this trace id.");
    }

    /// <summary>Returns the problem of a request's response; null if there is none.</summary>
    public static Problem? Of(HttpContext context) =>
        context.Items[typeof(Problem)] as Problem ?? (context.Response.StatusCode >= StatusCodes.Status400BadRequest ? OfStatus(context) : null);

    /// <summary>Records the problem of a stored response.</summary>
    public void Note(HttpContext context, KeptAnswer answer) =>
        context.Items[typeof(Problem)] = answer.Status < StatusCodes.Status400BadRequest ? null : JsonSerializer.Deserialize<Problem>(answer.Body, json.Value.JsonSerializerOptions);

    /// <summary>Writes the problem for a status that the framework set.</summary>
    public Task WriteStatusAsync(HttpContext context) => WriteAsync(context, OfStatus(context));

    private static Problem OfStatus(HttpContext context)
    {
        var path = Echo.Of(context.Request.Path);
        return context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => ProblemMapper.Of(ProblemKind.NotFound, $"Unknown route {path}. See /swagger for the routes of this gateway."),
            StatusCodes.Status405MethodNotAllowed => ProblemMapper.Of(
                ProblemKind.MethodNotAllowed, $"{path} accepts {context.Response.Headers.Allow}, not {context.Request.Method}."),
            StatusCodes.Status413PayloadTooLarge => ProblemMapper.Of(ProblemKind.PayloadTooLarge, "The request body is larger than this route accepts."),
            StatusCodes.Status415UnsupportedMediaType => ProblemMapper.Of(
                ProblemKind.UnsupportedMediaType, "Send the request body as UTF-8 with Content-Type: application/json."),
            _ => ProblemMapper.Of(ProblemKind.InvalidRequest, "The gateway cannot process this request."),
        };
    }

    /// <summary>Writes the problem, with the members and headers that depend on the request.</summary>
    public async Task WriteAsync(HttpContext context, Problem problem)
    {
        // Not after an acknowledged command: a retry would execute it twice.
        if (RetryAfter.TryGetValue(problem.Type, out var seconds))
        {
            context.Response.Headers.RetryAfter = seconds;
        }

        var complete = ProblemPlace.Of(context).Complete(problem, context.AddressedVm());
        context.Items[typeof(Problem)] = complete;
        context.Response.StatusCode = problem.Status;
        context.Response.ContentType = "application/problem+json";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(complete, json.Value.JsonSerializerOptions));
    }

    [LoggerMessage(40, LogLevel.Error, "{Method} {Path} failed.")]
    private partial void LogFault(Exception fault, string method, string path);
}
