using Gateway.Commands;
using Gateway.Vms;
using Microsoft.AspNetCore.Diagnostics;

namespace Gateway.Requests.Binding;

/// <summary>Which VM a request is about, and who sent it.</summary>
internal static class AddressedVms
{
    /// <summary>The id of the VM that the request was bound to, or that its path names.</summary>
    public static string? AddressedVm(this HttpContext context)
    {
        // The exception handler takes the route from the request, and keeps it itself.
        var route = context.Features.Get<IExceptionHandlerFeature>()?.RouteValues ?? context.Request.RouteValues;
        return (context.Items[typeof(IVm)] as IVm)?.Id ?? route.GetValueOrDefault("vm") as string;
    }

    /// <summary>Who sent the request, as a sender of commands.</summary>
    public static CommandSender Sender(this HttpContext context) => new RequestSender(context);
}
