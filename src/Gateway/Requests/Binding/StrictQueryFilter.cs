using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Gateway.Requests.Binding;

/// <summary>Checks the query of controller actions with <see cref="StrictQuery"/>.</summary>
internal sealed class StrictQueryFilter : IResourceFilter
{
    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        var query = context.HttpContext.Request.Query;
        if (query.Count == 0)
        {
            return;
        }

        var known = context.ActionDescriptor.Parameters
            .Where(static parameter => parameter.BindingInfo?.BindingSource == BindingSource.Query)
            .ToDictionary(static parameter => parameter.BindingInfo!.BinderModelName ?? parameter.Name, static parameter => parameter.ParameterType, StringComparer.OrdinalIgnoreCase);
        if (context.ActionDescriptor.EndpointMetadata.OfType<OpensWebSocketAttribute>().Any())
        {
            known.Add(OpensWebSocketAttribute.CredentialParameter, typeof(string));
        }

        StrictQuery.Check(query, known, [.. context.ActionDescriptor.EndpointMetadata.OfType<QueryPrefixAttribute>().Select(static prefix => prefix.Prefix)]);
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}

/// <summary>Marks an action that also accepts query parameters with this prefix.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class QueryPrefixAttribute(string prefix) : Attribute
{
    /// <summary>The prefix.</summary>
    public string Prefix => prefix;
}
