using Gateway.Api;
using Gateway.Api.Binding;
using Gateway.Api.Problems;
using Gateway.Configuration;
using Gateway.Observability;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.Controllers;

namespace Gateway.Limits;

/// <summary>
/// Gives each request of the API a place, or a refusal. What tells how the gateway is (<c>/health</c>, <c>/metrics</c>, <c>/version</c>) needs
/// none, so that it answers when there is too much to do; streams have readers' places instead.
/// </summary>
internal sealed class RequestLimits(RequestDelegate next, Places places, LimitMetrics metrics, GatewayOptions options, RequestedVm requested, ProblemWriter problems)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Action() is not { } action || IsStream(context.Request, action)
            ? next(context)
            : InvokeInPlaceAsync(context);

    private async Task InvokeInPlaceAsync(HttpContext context)
    {
        // One that is known, or clients could make up any number.
        var vm = requested.IdOf(context);
        using var place = places.TakeRequest(vm, out var refusal);
        if (refusal is not null)
        {
            await problems.WriteAsync(context, ProblemMapper.Map(refusal)! with { Vm = vm });
            return;
        }

        var takesQmp = context.GetEndpoint()!.Metadata.GetMetadata<QmpBodyAttribute>() is not null;
        if (takesQmp && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { } size)
        {
            size.MaxRequestBodySize = options.Limits.QmpBodyBytes;
        }

        try
        {
            await next(context);
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            metrics.Refused(takesQmp ? nameof(LimitsOptions.QmpBodyBytes) : nameof(LimitsOptions.BodyBytes));
            throw;
        }
    }

    private static bool IsStream(HttpRequest request, ControllerActionDescriptor action) =>
        (action.ControllerTypeInfo == typeof(EventsController) && EventQuery.WantsStream(request)) || request.HttpContext.WebSockets.IsWebSocketRequest;
}

/// <summary>The body is a command, and may be as large as <see cref="LimitsOptions.QmpBodyBytes"/> says.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class QmpBodyAttribute : Attribute;
