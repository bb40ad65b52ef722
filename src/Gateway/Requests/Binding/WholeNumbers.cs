using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Gateway.Json;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Primitives;

namespace Gateway.Requests.Binding;

/// <summary>Parses whole numbers in the query: only digits, only once, and within the parameter's range.</summary>
internal static class WholeNumbers
{
    /// <summary>Parses a number.</summary>
    /// <param name="given">The values of the parameter.</param>
    /// <param name="range">The parameter's range.</param>
    /// <param name="number">The number.</param>
    /// <param name="fault">The error message; null if the number is valid.</param>
    public static bool TryRead(StringValues given, RangeAttribute range, out int number, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? fault)
    {
        var (from, to) = ((int)range.Minimum, (int)range.Maximum);
        number = 0;
        fault = given.Count == 1 && int.TryParse(given[0], NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= from && number <= to
            ? null
            : $"must be a whole number from {from} to {to}, not '{Echo.Of(given.ToString())}'";
        return fault is null;
    }

    /// <summary>Checks the numbers of a query.</summary>
    /// <exception cref="InvalidRequestException">A value is not a number, or is out of range.</exception>
    public static void Check(IQueryCollection query, IEnumerable<(string Name, RangeAttribute Range)> numbers)
    {
        var faults = new Dictionary<string, List<string>>();
        foreach (var (name, range) in numbers)
        {
            if (query.TryGetValue(name, out var given) && !TryRead(given, range, out _, out var fault))
            {
                faults.Add(name, [fault]);
            }
        }

        if (faults.Count > 0)
        {
            throw new InvalidRequestException(faults);
        }
    }
}

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
