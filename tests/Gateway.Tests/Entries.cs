using System.Globalization;
using System.Text.Json;

namespace Gateway.Tests;

/// <summary>Reads entries of the journal as clients see them.</summary>
public static class Entries
{
    public static long Id(this JsonElement entry) => long.Parse(entry.GetProperty("id").GetString()!, CultureInfo.InvariantCulture);

    public static string? Text(this JsonElement value, string name) => value.GetProperty(name).GetString();
}
