using Microsoft.AspNetCore.Mvc.ApplicationModels;

namespace Gateway.Requests.Binding;

/// <summary>
/// Marks a route of the API, whose requests are limited, audited and may carry an idempotency key. Health checks, metrics, the hub and pages are not
/// marked. Actions of controllers get the mark from <see cref="MarkedActions"/>; a plain endpoint carries it on its handler.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ApiRouteAttribute : Attribute
{
    /// <summary>Whether the route is about one VM: the one that its path names, or else the default VM.</summary>
    public bool IsAboutVm { get; init; }
}

/// <summary>Marks every action of a controller.</summary>
internal sealed class MarkedActions : IActionModelConvention
{
    public void Apply(ActionModel action)
    {
        var mark = new ApiRouteAttribute { IsAboutVm = action.Parameters.Any(static parameter => parameter.BindingInfo?.BinderType == typeof(VmBinder)) };
        foreach (var selector in action.Selectors)
        {
            selector.EndpointMetadata.Add(mark);
        }
    }
}

/// <summary>Which route of the API a request is for.</summary>
internal static class RequestedRoute
{
    /// <summary>The mark of the route; null where the request is for none of the API.</summary>
    public static ApiRouteAttribute? ApiRoute(this HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<ApiRouteAttribute>();
}
