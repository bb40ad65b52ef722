using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Gateway.Json;
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
