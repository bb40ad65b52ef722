using Microsoft.AspNetCore.Mvc.ApiExplorer;

namespace Gateway.Api.OpenApi;

/// <summary>Creates operation ids for generated clients: the route's name, or else one made of the method and the path.</summary>
internal static class OperationIds
{
    public static string Of(ApiDescription route)
    {
        if (route.ActionDescriptor.AttributeRouteInfo?.Name is { } name)
        {
            return name;
        }

        if (route.ActionDescriptor.EndpointMetadata.OfType<IEndpointNameMetadata>().FirstOrDefault() is { } endpoint)
        {
            return endpoint.EndpointName;
        }

        var path = route.RelativePath!;
        var resource = path[(path.LastIndexOf('/') + 1)..].Trim('{', '}').Split('.')[0];
        var verb = route.HttpMethod == HttpMethods.Post ? "" : $"{route.HttpMethod![0]}{route.HttpMethod[1..].ToLowerInvariant()}";
        return $"{verb}{char.ToUpperInvariant(resource[0])}{resource[1..]}{(path.Contains("{vm}", StringComparison.Ordinal) ? "" : "OfDefaultVm")}";
    }
}
