using Gateway.Access;
using Gateway.Audit;
using Gateway.Commands;
using Gateway.Requests.Audit;
using Gateway.Requests.Problems;

namespace Gateway.Requests.Binding;

/// <summary>The sender of a request's command.</summary>
internal sealed class RequestSender : CommandSender
{
    private readonly HttpContext context;

    /// <exception cref="InvalidOperationException">The route does not say that it sends a command.</exception>
    public RequestSender(HttpContext context)
    {
        this.context = context;
        // The limits, the audit log, the OpenAPI document and the tests depend on the attribute.
        if (context.GetEndpoint()?.Metadata.GetMetadata<SendsAttribute>() is null)
        {
            throw new InvalidOperationException($"{context.Request.Path} sends a command, and its route lacks {nameof(SendsAttribute)}");
        }
    }

    internal override GrantedAccess Access => context.User.Access();

    internal override string TraceId => context.TraceId();

    internal override AuditEntry? Audit => context.AuditEntry();

    internal override IReadOnlyCollection<string>? Runs => context.Request.Runs();
}
