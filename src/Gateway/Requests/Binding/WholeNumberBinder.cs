using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Gateway.Requests.Binding;

/// <summary>Binds whole numbers to the parameters of actions.</summary>
internal sealed class WholeNumberBinder(RangeAttribute range) : IModelBinder
{
    public Task BindModelAsync(ModelBindingContext bindingContext)
    {
        var given = bindingContext.ValueProvider.GetValue(bindingContext.ModelName);
        if (given == ValueProviderResult.None)
        {
            return Task.CompletedTask;
        }

        if (WholeNumbers.TryRead(given.Values, range, out var number, out var fault))
        {
            bindingContext.Result = ModelBindingResult.Success(number);
        }
        else
        {
            bindingContext.ModelState.AddModelError(bindingContext.ModelName, fault);
        }

        return Task.CompletedTask;
    }

    public sealed class Provider : IModelBinderProvider
    {
        public IModelBinder? GetBinder(ModelBinderProviderContext context) =>
            context.Metadata.UnderlyingOrModelType == typeof(int)
            && context.Metadata.ValidatorMetadata.OfType<RangeAttribute>().SingleOrDefault() is { } range
                ? new WholeNumberBinder(range)
                : null;
    }
}
