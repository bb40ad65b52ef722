using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Gateway.Requests.Binding;

/// <summary>Has actions of controllers take a <see cref="StrictQuery"/>.</summary>
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
        StrictQuery.Check(query, known, [.. context.ActionDescriptor.EndpointMetadata.OfType<QueryPrefixAttribute>().Select(static prefix => prefix.Prefix)]);
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}

/// <summary>The action also takes query parameters that begin like this.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class QueryPrefixAttribute(string prefix) : Attribute
{
    /// <summary>What they begin with.</summary>
    public string Prefix => prefix;
}
