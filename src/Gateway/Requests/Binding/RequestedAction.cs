using Microsoft.AspNetCore.Mvc.Controllers;

namespace Gateway.Requests.Binding;

/// <summary>Which action of the API a request is for.</summary>
internal static class RequestedAction
{
    /// <summary>The action; null where the request is for none: what tells how the gateway is, the hub, pages, and what is not there.</summary>
    public static ControllerActionDescriptor? Action(this HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<ControllerActionDescriptor>();
}
