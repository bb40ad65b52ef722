using System.Globalization;
using System.Text.Json;

namespace Gateway.Tests;

/// <summary>Reads entries of the journal as clients see them.</summary>
public static class Entries
{
    public static long Id(this JsonElement entry, string name = "id") => long.Parse(entry.Text(name)!, CultureInfo.InvariantCulture);

    public static string? Text(this JsonElement value, string name) => value.GetProperty(name).GetString();
}
