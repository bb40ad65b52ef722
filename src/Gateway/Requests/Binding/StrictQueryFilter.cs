using Gateway.Json;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Gateway.Requests.Binding;

/// <summary>
/// Refuses query parameters that the route does not know, and those given twice that it takes once: a misspelled or forgotten
/// filter would otherwise filter nothing.
/// </summary>
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
        var prefixes = context.ActionDescriptor.EndpointMetadata.OfType<QueryPrefixAttribute>().Select(static prefix => prefix.Prefix).ToArray();
        var faults = query.Select(given => (given.Key, Fault: Fault(given.Key, given.Value.Count, known, prefixes)))
            .Where(static given => given.Fault is not null)
            .DistinctBy(static given => Echo.Of(given.Key))
            .ToDictionary(static given => Echo.Of(given.Key), static given => new List<string> { given.Fault! });
        if (faults.Count > 0)
        {
            throw new InvalidRequestException(faults);
        }
    }

    private static string? Fault(string name, int count, Dictionary<string, Type> known, string[] prefixes) =>
        known.TryGetValue(name, out var type) ? (count == 1 || type.IsArray ? null : "must be given once")
        : prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) ? null
        : $"is no parameter here; there are {Names([.. known.Keys], prefixes)}";

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
