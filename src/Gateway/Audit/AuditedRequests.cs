using Gateway.Api;
using Gateway.Api.Binding;
using Gateway.Api.Problems;
using Gateway.Contracts;
using Gateway.Security;

namespace Gateway.Audit;

/// <summary>Writes down every request that can change something, whatever became of it, before it is answered.</summary>
internal sealed class AuditedRequests(RequestDelegate next, AuditLog log, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context) => CanChangeSomething(context) ? InvokeAuditedAsync(context) : next(context);

    private async Task InvokeAuditedAsync(HttpContext context)
    {
        var written = false;
        context.Response.OnStarting(() => WriteOnceAsync(context.Items[typeof(Problem)] as Problem));
        try
        {
            await next(context);
            await WriteOnceAsync(context.Items[typeof(Problem)] as Problem);
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
                log.Add(Record(context, problem, await AuditedCommand.OfAsync(context)));
            }
        }
    }

    private static bool CanChangeSomething(HttpContext context) =>
        !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method))
        && context.Action() is not null;

    private AuditRecord Record(HttpContext context, Problem? problem, AuditedCommand command) => new()
    {
        Time = time.GetUtcNow(),
        Who = context.User.Access().Who,
        WhoKind = context.User.Access().Kind,
        Remote = context.Connection.RemoteIpAddress?.ToString(),
        Vm = context.AddressedVm(),
        Command = command.Command,
        Arguments = command.Arguments is { } arguments ? Secrets.Blanked(arguments) : null,
        Method = context.Request.Method,
        Path = context.Request.Path,
        Outcome = problem is not null ? AuditOutcome.Of(problem) : context.Response.StatusCode < StatusCodes.Status400BadRequest ? "done" : "not-sent",
        Problem = problem?.Type.Split(':')[^1],
        TraceId = context.TraceId(),
    };
}
