using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Gateway.Json;
using Microsoft.AspNetCore.Mvc;

namespace Gateway.Requests.Binding;

/// <summary>
/// Rejects unknown query parameters, and repeated parameters that may occur only once. Otherwise a misspelled filter would be
/// ignored.
/// </summary>
internal static class StrictQuery
{
    /// <summary>Checks a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="known">The types of the route's parameters, by their names.</param>
    /// <param name="prefixes">The prefixes of further allowed parameters.</param>
    /// <exception cref="InvalidRequestException">The query has unknown or repeated parameters. The message names them.</exception>
    public static void Check(IQueryCollection query, IReadOnlyDictionary<string, Type> known, string[] prefixes)
    {
        var faults = query.Select(given => (given.Key, Fault: Fault(given.Key, given.Value.Count, known, prefixes)))
            .Where(static given => given.Fault is not null)
            .DistinctBy(static given => Echo.Of(given.Key))
            .ToDictionary(static given => Echo.Of(given.Key), static given => new List<string> { given.Fault! });
        if (faults.Count > 0)
        {
            throw new InvalidRequestException(faults);
        }
    }

    /// <summary>
    /// Adds the query checks of controllers to plain endpoints: first names, then whole numbers. The allowed parameters are those of the handler
    /// with a <see cref="FromQueryAttribute"/>. The range of a number is its <see cref="RangeAttribute"/>.
    /// </summary>
    public static T WithStrictQuery<T>(this T routes)
        where T : IEndpointConventionBuilder
    {
        routes.Add(static endpoint =>
        {
            var handler = endpoint.RequestDelegate!;
            ParameterInfo[] parameters = [.. endpoint.Metadata.OfType<MethodInfo>().Single().GetParameters().Where(static parameter => parameter.IsDefined(typeof(FromQueryAttribute)))];
            var known = parameters.ToDictionary(static parameter => parameter.Name!, static parameter => parameter.ParameterType, StringComparer.OrdinalIgnoreCase);
            (string Name, RangeAttribute Range)[] numbers = [.. from parameter in parameters
                                                                from range in parameter.GetCustomAttributes<RangeAttribute>()
                                                                select (parameter.Name!, range)];
            endpoint.RequestDelegate = context =>
            {
                if (context.Request.QueryString.HasValue)
                {
                    Check(context.Request.Query, known, prefixes: []);
                    WholeNumbers.Check(context.Request.Query, numbers);
                }

                return handler(context);
            };
        });
        return routes;
    }

    private static string? Fault(string name, int count, IReadOnlyDictionary<string, Type> known, string[] prefixes) =>
        known.TryGetValue(name, out var type) ? (count == 1 || type.IsArray ? null : "must be given only once")
        : prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) ? null
        : $"is an unknown parameter; {Names([.. known.Keys], prefixes)}";

    private static string Names(string[] known, string[] prefixes) =>
        known.Length + prefixes.Length == 0
            ? "this route takes none"
            : $"expected one of {string.Join(", ", known.Concat(prefixes.Select(static prefix => $"{prefix}NAME")))}";
}
