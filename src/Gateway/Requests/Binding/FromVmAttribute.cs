using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Gateway.Requests.Binding;

/// <summary>Binds a parameter to the VM that the request is about.</summary>
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
    public Task BindModelAsync(ModelBindingContext bindingContext)
    {
        bindingContext.Result = ModelBindingResult.Success(requested.Of(bindingContext.HttpContext));
        return Task.CompletedTask;
    }
}
