using Microsoft.AspNetCore.Mvc.ApplicationModels;

namespace Gateway.Requests.Binding;

/// <summary>
/// Marks a route of the API. Its requests are limited and audited, and may carry an idempotency key. Health checks, metrics, the hub and pages are not
/// marked. <see cref="MarkedActions"/> marks the actions of controllers. A plain endpoint has the attribute on its handler.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ApiRouteAttribute : Attribute
{
    /// <summary>Whether the route is about one VM: the VM in its path, or the default VM if the path names none.</summary>
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

/// <summary>Finds the API route of a request.</summary>
internal static class RequestedRoute
{
    /// <summary>Returns the mark of the request's route; null if it is not a route of the API.</summary>
    public static ApiRouteAttribute? ApiRoute(this HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<ApiRouteAttribute>();
}
