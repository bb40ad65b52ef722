using Gateway.Access;
using Gateway.Audit;
using Gateway.Requests.Binding;
using Gateway.Requests.Idempotency;
using Gateway.Requests.Problems;
using QmpGateway.Contracts;

namespace Gateway.Requests.Audit;

/// <summary>Writes down every request that can change something, whatever became of it, before it is answered.</summary>
internal sealed class AuditedRequests(RequestDelegate next, AuditLog log)
{
    public Task InvokeAsync(HttpContext context) => CanChangeSomething(context) ? InvokeAuditedAsync(context) : next(context);

    private async Task InvokeAuditedAsync(HttpContext context)
    {
        var written = false;
        context.Response.OnStarting(() => WriteOnceAsync(ProblemWriter.Of(context)));
        try
        {
            await next(context);
            await WriteOnceAsync(ProblemWriter.Of(context));
        }
        catch (Exception failure)
        {
            // What it is to the client, the exception handler says after this, unless the client is gone.
            await WriteOnceAsync(ProblemMapper.Map(failure) ?? ProblemMapper.Of(ProblemKind.InternalError, ""));
            throw;
        }

        async Task WriteOnceAsync(Problem? problem)
        {
            if (!written)
            {
                written = true;
                var record = Record(context, problem, await AuditedCommand.OfAsync(context));
                if (context.User.Identity?.IsAuthenticated == true)
                {
                    log.Add(record);
                }
                else
                {
                    log.AddUnauthenticated(record);
                }
            }
        }
    }

    private static bool CanChangeSomething(HttpContext context) =>
        !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method))
        && context.ApiRoute() is not null;

    private static AuditRecord Record(HttpContext context, Problem? problem, AuditedCommand command) => new()
    {
        Time = default,
        Who = context.User.Access().Who,
        WhoKind = context.User.Access().Kind,
        Remote = context.Connection.RemoteIpAddress?.ToString(),
        Vm = context.AddressedVm(),
        Command = command.Command,
        Arguments = command.Arguments is { } arguments ? Secrets.Blanked(arguments) : null,
        Method = context.Request.Method,
        Path = context.Request.Path,
        Outcome = problem is not null ? AuditOutcome.Of(problem) : context.Response.StatusCode < StatusCodes.Status400BadRequest ? "done" : "not-sent",
        Problem = problem?.Slug,
        TraceId = context.TraceId(),
        Replayed = context.Response.Headers.ContainsKey(IdempotentRequests.Replayed),
    };
}
