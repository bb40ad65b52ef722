using Gateway.Commands;
using Gateway.Requests.Binding;
using Microsoft.AspNetCore.Mvc.Controllers;
using QmpGateway.Qmp;

namespace Gateway.Api.Http;

/// <summary>
/// Answers the plain question for the status in place of <see cref="StatusController"/>, with the same answer: it is by far the most asked, and what MVC
/// has around an action took a third of it. With a query, the controller answers.
/// </summary>
internal static class DirectStatus
{
    /// <summary>Puts itself before the controller. The routes keep all that is known of them: access, limits, description.</summary>
    public static T WithDirectStatus<T>(this T routes)
        where T : IEndpointConventionBuilder
    {
        routes.Add(static endpoint =>
        {
            if (endpoint.RequestDelegate is { } controller
                && endpoint.Metadata.OfType<ControllerActionDescriptor>().Any(static action => action.ControllerTypeInfo == typeof(StatusController)))
            {
                endpoint.RequestDelegate = context => context.Request.QueryString.HasValue ? controller(context) : AnswerAsync(context);
            }
        });
        return routes;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var vm = context.RequestServices.GetRequiredService<RequestedVm>().Of(context);
        context.RequestServices.GetRequiredService<CommandPolicy>().CheckTyped(vm.Id, RunStateCommands.QueryStatus);
        var status = await vm.ReadStatusAsync(context.Caller(), context.RequestAborted);
        await JsonTextResult.WriteAsync(context, status.Text.Utf8);
    }
}
