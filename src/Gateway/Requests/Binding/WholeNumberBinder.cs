using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Gateway.Json;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Gateway.Requests.Binding;

/// <summary>Binds whole numbers of the query: digits and nothing else, once, within the parameter's range.</summary>
internal sealed class WholeNumberBinder(RangeAttribute range) : IModelBinder
{
    public Task BindModelAsync(ModelBindingContext bindingContext)
    {
        var given = bindingContext.ValueProvider.GetValue(bindingContext.ModelName);
        if (given == ValueProviderResult.None)
        {
            return Task.CompletedTask;
        }

        var (from, to) = ((int)range.Minimum, (int)range.Maximum);
        if (given.Length == 1
            && int.TryParse(given.FirstValue, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= from && number <= to)
        {
            bindingContext.Result = ModelBindingResult.Success(number);
        }
        else
        {
            bindingContext.ModelState.AddModelError(bindingContext.ModelName, $"must be one whole number from {from} to {to}, not '{Echo.Of(given.ToString())}'");
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
