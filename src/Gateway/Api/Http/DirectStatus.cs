using Gateway.Commands;
using Gateway.Requests.Binding;
using Microsoft.AspNetCore.Mvc.Controllers;
using QmpGateway.Qmp;

namespace Gateway.Api.Http;

/// <summary>
/// Handles <c>GET /status</c> without query parameters in place of <see cref="StatusController"/>, with the same response. It is by far the most frequent
/// request, and MVC's overhead took a third of its time. The controller handles requests with query parameters.
/// </summary>
internal static class DirectStatus
{
    /// <summary>Replaces the controller's request delegate. The routes keep their metadata: access, limits and description.</summary>
    public static T WithDirectStatus<T>(this T routes)
        where T : IEndpointConventionBuilder
    {
        routes.Add(static endpoint =>
        {
            if (endpoint.RequestDelegate is { } controller
                && endpoint.Metadata.OfType<ControllerActionDescriptor>().Any(static action => action.ControllerTypeInfo == typeof(StatusController)))
            {
                endpoint.RequestDelegate = context => context.Request.QueryString.HasValue ? controller(context) : RespondAsync(context);
            }
        });
        return routes;
    }

    private static async Task RespondAsync(HttpContext context)
    {
        var vm = context.RequestServices.GetRequiredService<RequestedVm>().Of(context);
        context.RequestServices.GetRequiredService<CommandPolicy>().CheckTyped(vm.Id, RunStateCommands.QueryStatus);
        var status = await vm.ReadStatusAsync(context.Caller(), context.RequestAborted);
        await JsonTextResult.WriteAsync(context, status.Text.Utf8);
    }
}
