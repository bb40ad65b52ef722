using Gateway.Api.Problems;
using Gateway.Configuration;
using Gateway.Vms;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Gateway.Api.Binding;

/// <summary>Binds the VM that the path names, or the default VM where it names none.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class FromVmAttribute : Attribute, IBindingSourceMetadata, IBinderTypeProviderMetadata
{
    /// <inheritdoc/>
    public BindingSource BindingSource => BindingSource.Special;

    /// <inheritdoc/>
    public Type BinderType => typeof(VmBinder);
}

internal sealed class VmBinder(IVms vms, GatewayOptions options) : IModelBinder
{
    /// <summary>Whether an action is about a VM.</summary>
    public static bool Binds(ActionDescriptor action) => action.Parameters.Any(static parameter => parameter.BindingInfo?.BinderType == typeof(VmBinder));

    public Task BindModelAsync(ModelBindingContext bindingContext)
    {
        var vm = bindingContext.HttpContext.Request.RouteValues["vm"] is string id ? vms.Get(id) : Default();
        bindingContext.HttpContext.Items[typeof(IVm)] = vm.Id;
        bindingContext.Result = ModelBindingResult.Success(vm);
        return Task.CompletedTask;
    }

    private IVm Default()
    {
        var all = vms.All;
        return all.DefaultId(options) is { } id ? vms.Get(id)
            : all.Count == 0 ? throw new VmNotFoundException(null)
            : throw new VmAmbiguousException([.. all.Select(static vm => vm.Id)]);
    }
}

/// <summary>Which VM a request is about.</summary>
internal static class AddressedVms
{
    /// <summary>The id of the VM that the request was bound to, or that its path names.</summary>
    public static string? AddressedVm(this HttpContext context)
    {
        // The exception handler takes the route from the request, and keeps it itself.
        var route = context.Features.Get<IExceptionHandlerFeature>()?.RouteValues ?? context.Request.RouteValues;
        return context.Items[typeof(IVm)] as string ?? route.GetValueOrDefault("vm") as string;
    }

    /// <summary>The id of the VM that is meant where none is named; null where that is not clear.</summary>
    public static string? DefaultId(this IReadOnlyList<IVm> all, GatewayOptions options) => options.DefaultVm ?? (all is [var only] ? only.Id : null);

    /// <summary>Who sent the request.</summary>
    public static Caller Caller(this HttpContext context) => new("anonymous", context.TraceId());
}
