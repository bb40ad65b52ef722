using Gateway.Audit;
using Gateway.Requests.Binding;
using Gateway.Requests.Idempotency;
using Gateway.Requests.Problems;
using QmpGateway.Contracts;

namespace Gateway.Requests.Audit;

/// <summary>Records every request that can change something, with its outcome, before the response is sent.</summary>
internal sealed class AuditedRequests(RequestDelegate next, AuditLog log)
{
    public Task InvokeAsync(HttpContext context) => CanChangeSomething(context) ? InvokeAuditedAsync(context) : next(context);

    private async Task InvokeAuditedAsync(HttpContext context)
    {
        var entry = new AuditEntry(log);
        var written = false;
        context.Items[typeof(AuditEntry)] = entry;
        context.Response.OnStarting(() => WriteOnceAsync(ProblemWriter.Of(context)));
        try
        {
            await next(context);
            await WriteOnceAsync(ProblemWriter.Of(context));
        }
        catch (Exception failure)
        {
            // The exception handler maps the exception to a problem later, unless the client has disconnected.
            await WriteOnceAsync(ProblemMapper.Map(failure) ?? ProblemMapper.Of(ProblemKind.InternalError, ""));
            throw;
        }

        async Task WriteOnceAsync(Problem? problem)
        {
            if (written)
            {
                return;
            }

            written = true;
            if (entry.IsInParts)
            {
                return;
            }

            if (!entry.IsNoted)
            {
                await UnreadCommand.NoteAsync(context, entry);
            }

            entry.Write(context.AuditOrigin(), context.AddressedVm(), problem, context.Response.Headers.ContainsKey(IdempotentRequests.Replayed));
        }
    }

    // CONNECT opens a WebSocket over HTTP/2, like a GET does over HTTP/1.
    private static bool CanChangeSomething(HttpContext context) =>
        !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method) || HttpMethods.IsConnect(context.Request.Method))
        && context.ApiRoute() is not null;
}
