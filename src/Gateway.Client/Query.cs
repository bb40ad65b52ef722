using System.Text;
using QmpGateway.Contracts;

namespace QmpGateway.Client;

/// <summary>Builds a path with a query string.</summary>
internal sealed class Query(string path)
{
    private readonly StringBuilder text = new(path);
    private char separator = '?';

    /// <summary>The query for a subscription's filters, without its cursor.</summary>
    public static Query Of(Subscription? filter)
    {
        var query = new Query("/events").Add("vm", filter?.Vms).Add("event", filter?.Events).AddLabels(filter?.Labels);
        foreach (var (name, value) in filter?.Data ?? new Dictionary<string, string>())
        {
            query.Add($"data.{name}", value);
        }

        return query;
    }

    public Query Add(string name, string? value)
    {
        if (value is not null)
        {
            text.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        return this;
    }

    public Query Add(string name, IEnumerable<string>? values)
    {
        foreach (var value in values ?? [])
        {
            Add(name, value);
        }

        return this;
    }

    public Query AddLabels(IReadOnlyDictionary<string, string>? labels) => Add("label", labels?.Select(static label => $"{label.Key}={label.Value}"));

    public override string ToString() => text.ToString();
}
