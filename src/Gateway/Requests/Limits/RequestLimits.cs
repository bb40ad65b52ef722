using Gateway.Limits;
using Gateway.Requests.Audit;
using Gateway.Requests.Binding;
using Gateway.Requests.Problems;
using Gateway.Requests.Reading;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Requests.Limits;

/// <summary>
/// Takes a place for each request of the API, or rejects the request. <c>/health</c>, <c>/metrics</c> and <c>/version</c> need no place, so that they also
/// work when the gateway is overloaded. Streams take a reader's place themselves.
/// </summary>
internal sealed class RequestLimits(RequestDelegate next, Places places, LimitMetrics metrics, LimitsOptions limits, RequestedVm requested, ProblemWriter problems)
{
    public Task InvokeAsync(HttpContext context) =>
        context.ApiRoute() is null || IsStream(context)
            ? next(context)
            : InvokeInPlaceAsync(context);

    private async Task InvokeInPlaceAsync(HttpContext context)
    {
        // Only ids of known VMs count, because clients could invent any number of ids.
        var vm = requested.IdOf(context);
        using var place = places.TryTake(WorkOf(context, vm), vm, context.User.LimitedAs(), out var refusal);
        if (refusal is not null)
        {
            await problems.WriteAsync(context, ProblemMapper.Map(refusal)! with { Vm = vm });
            return;
        }

        var takesQmp = context.GetEndpoint()!.Metadata.GetMetadata<QmpBodyAttribute>() is not null;
        if (context.GetEndpoint()!.Metadata.GetMetadata<WorkInBodyAttribute>() is not null)
        {
            // This place is kept until the body is read. Then the kind of work is known, and TakePlace replaces the place.
            context.Items[typeof(Places)] = place;
        }

        if (takesQmp)
        {
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
            : metadata.GetMetadata<WorkInBodyAttribute>()?.First ?? Work.Request;
    }

    public static bool IsStream(HttpContext context) =>
        (context.GetEndpoint()?.Metadata.GetMetadata<StreamsAttribute>() is not null && EventQuery.WantsStream(context.Request)) || context.WebSockets.IsWebSocketRequest;
}

/// <summary>Marks an action whose body is a command. The body may be as large as <see cref="LimitsOptions.QmpBodyBytes"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class QmpBodyAttribute : Attribute;

/// <summary>Marks an action whose body decides what kind of work it is.</summary>
/// <param name="first">The kind of work that the request counts as until its body is read.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WorkInBodyAttribute(Work first) : Attribute
{
    public Work First => first;
}

/// <summary>Marks an action whose body is the definition of a VM. Its size is limited, because each change writes all definitions to disk.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DefinitionBodyAttribute : Attribute
{
    /// <summary>The maximum size of the body in bytes.</summary>
    public const int MaxBytes = 64 * 1024;
}

/// <summary>Marks a controller that returns an event stream to a request that accepts one. Such a request counts as a reader.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class StreamsAttribute : Attribute;

/// <summary>Marks an action that waits if the query has this parameter. Such a request counts as a reader.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WaitsAttribute(string parameter) : Attribute
{
    public string Parameter => parameter;
}
