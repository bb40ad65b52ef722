using System.Security.Claims;
using Gateway.Access;
using Gateway.Limits;
using Gateway.Requests.Audit;
using Gateway.Requests.Binding;
using Gateway.Requests.Problems;
using Gateway.Requests.Reading;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Requests.Limits;

/// <summary>
/// Gives each request of the API a place of its kind, or a refusal. What tells how the gateway is (<c>/health</c>, <c>/metrics</c>, <c>/version</c>)
/// needs none, so that it answers when there is too much to do; streams take readers' places themselves.
/// </summary>
internal sealed class RequestLimits(RequestDelegate next, Places places, LimitMetrics metrics, LimitsOptions limits, RequestedVm requested, ProblemWriter problems)
{
    public Task InvokeAsync(HttpContext context) =>
        context.ApiRoute() is null || IsStream(context)
            ? next(context)
            : InvokeInPlaceAsync(context);

    private async Task InvokeInPlaceAsync(HttpContext context)
    {
        // One that is known, or clients could make up any number.
        var vm = requested.IdOf(context);
        using var place = places.TryTake(WorkOf(context, vm), vm, context.User.LimitedAs(), out var refusal);
        if (refusal is not null)
        {
            await problems.WriteAsync(context, ProblemMapper.Map(refusal)! with { Vm = vm });
            return;
        }

        var takesQmp = context.GetEndpoint()!.Metadata.GetMetadata<QmpBodyAttribute>() is not null;
        if (takesQmp)
        {
            // Until the body is read, and tells which command it is.
            context.Items[typeof(Places)] = place;
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { } large)
            {
                large.MaxRequestBodySize = limits.QmpBodyBytes;
            }
        }

        else if (context.GetEndpoint()!.Metadata.GetMetadata<DefinitionBodyAttribute>() is not null && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { } size)
        {
            size.MaxRequestBodySize = Math.Min(limits.BodyBytes, DefinitionBodyAttribute.MaxBytes);
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
        finally
        {
            (context.Items[typeof(Places)] as IDisposable)?.Dispose();
        }
    }

    private static Work WorkOf(HttpContext context, string? vm)
    {
        var metadata = context.GetEndpoint()!.Metadata;
        return context.Request.QueryString.HasValue && metadata.GetMetadata<WaitsAttribute>() is { } waits && context.Request.Query.ContainsKey(waits.Parameter) ? Work.Reader
            : vm is not null && metadata.GetMetadata<SendsAttribute>()?.Command is { } command ? CommandWork.Of(command)
            : Work.Request;
    }

    public static bool IsStream(HttpContext context) =>
        (context.GetEndpoint()?.Metadata.GetMetadata<StreamsAttribute>() is not null && EventQuery.WantsStream(context.Request)) || context.WebSockets.IsWebSocketRequest;
}

/// <summary>The body is a command, and may be as large as <see cref="LimitsOptions.QmpBodyBytes"/> says.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class QmpBodyAttribute : Attribute;

/// <summary>The body is the definition of a VM: all of them are written down at each change, so that each is bounded.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DefinitionBodyAttribute : Attribute
{
    /// <summary>How long it may be.</summary>
    public const int MaxBytes = 64 * 1024;
}

/// <summary>A request that accepts an event stream gets one: it is a reader.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class StreamsAttribute : Attribute;

/// <summary>A request with this parameter in its query is held back until something happens: it is a reader.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WaitsAttribute(string parameter) : Attribute
{
    public string Parameter => parameter;
}

/// <summary>Places of requests and their callers.</summary>
internal static class RequestPlaces
{
    /// <summary>Who the limits hold a caller's share against; null where nobody has to say who he is, and all are one.</summary>
    public static string? LimitedAs(this ClaimsPrincipal? user) => user.Access() is { Kind: not CallerKinds.Anonymous } access ? access.Identity : null;

    /// <summary>Makes a request's place a command's, now that it is known which command it is.</summary>
    /// <exception cref="LimitReachedException">There is none.</exception>
    public static void TakeCommand(this HttpContext context, string vm, string command, bool outOfBand = false)
    {
        var place = context.RequestServices.GetRequiredService<Places>().Take(CommandWork.Of(command, outOfBand), vm, context.User.LimitedAs());
        (context.Items[typeof(Places)] as IDisposable)?.Dispose();
        context.Items[typeof(Places)] = place;
    }
}
