using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Gateway.Requests.Binding;

/// <summary>Binds the VM that the request is about.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class FromVmAttribute : Attribute, IBindingSourceMetadata, IBinderTypeProviderMetadata
{
    /// <inheritdoc/>
    public BindingSource BindingSource => BindingSource.Special;

    /// <inheritdoc/>
    public Type BinderType => typeof(VmBinder);
}

internal sealed class VmBinder(RequestedVm requested) : IModelBinder
{
    /// <summary>Whether an action is about a VM.</summary>
    public static bool Binds(ActionDescriptor action) => action.Parameters.Any(static parameter => parameter.BindingInfo?.BinderType == typeof(VmBinder));

    public Task BindModelAsync(ModelBindingContext bindingContext)
    {
        bindingContext.Result = ModelBindingResult.Success(requested.Of(bindingContext.HttpContext));
        return Task.CompletedTask;
    }
}
