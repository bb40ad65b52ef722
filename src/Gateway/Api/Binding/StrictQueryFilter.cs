using Gateway.Api.Problems;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Gateway.Api.Binding;

/// <summary>Refuses query parameters that the route does not know: a misspelled filter would otherwise filter nothing.</summary>
internal sealed class StrictQueryFilter : IResourceFilter
{
    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        if (context.HttpContext.Request.Query.Count == 0)
        {
            return;
        }

        var known = context.ActionDescriptor.Parameters
            .Where(static parameter => parameter.BindingInfo?.BindingSource == BindingSource.Query)
            .Select(static parameter => parameter.BindingInfo!.BinderModelName ?? parameter.Name)
            .ToArray();
        var prefixes = context.ActionDescriptor.EndpointMetadata.OfType<QueryPrefixAttribute>().Select(static prefix => prefix.Prefix).ToArray();
        var unknown = context.HttpContext.Request.Query.Keys
            .Where(key => !known.Contains(key, StringComparer.OrdinalIgnoreCase) && !prefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal)))
            .ToDictionary(static key => key, key => new List<string> { $"is no parameter here; there are {Names(known, prefixes)}" });
        if (unknown.Count > 0)
        {
            throw new InvalidRequestException(unknown);
        }
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }

    private static string Names(string[] known, string[] prefixes) =>
        known.Length + prefixes.Length == 0 ? "none" : string.Join(", ", known.Concat(prefixes.Select(static prefix => $"{prefix}NAME")));
}

/// <summary>The action also takes query parameters that begin like this.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class QueryPrefixAttribute(string prefix) : Attribute
{
    /// <summary>What they begin with.</summary>
    public string Prefix => prefix;
}
