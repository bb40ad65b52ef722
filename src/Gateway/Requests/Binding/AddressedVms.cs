using Gateway.Commands;
using Gateway.Vms;
using Microsoft.AspNetCore.Diagnostics;

namespace Gateway.Requests.Binding;

/// <summary>The VM that a request is about, and the request's sender.</summary>
internal static class AddressedVms
{
    /// <summary>Returns the id of the VM that was bound to the request, or the id in its path.</summary>
    public static string? AddressedVm(this HttpContext context)
    {
        // The exception handler removes the route from the request and stores it in a feature.
        var route = context.Features.Get<IExceptionHandlerFeature>()?.RouteValues ?? context.Request.RouteValues;
        return (context.Items[typeof(IVm)] as IVm)?.Id ?? route.GetValueOrDefault("vm") as string;
    }

    /// <summary>Returns the request's sender for commands.</summary>
    public static CommandSender Sender(this HttpContext context) => new RequestSender(context);
}
