using System.Text.Json;
using Xunit;

namespace Gateway.Tests.Bulk;

/// <summary>Sends requests for many VMs, and reads their results.</summary>
internal static class BulkRequests
{
    public const string Path = "/bulk";

    public static Task<Answer> BulkAsync(this GatewayHost host, string body, params (string Name, string Value)[] headers) => host.PostAsync(Path, body, headers);

    /// <summary>The items, which are sorted by id and agree with the summary.</summary>
    public static JsonElement[] Items(this Answer answer)
    {
        var result = answer.Ok();
        Assert.Equal(["items", "summary"], result.EnumerateObject().Select(static member => member.Name));
        JsonElement[] items = [.. result.GetProperty("items").EnumerateArray()];
        Assert.Equal(items.Select(static item => item.Text("vm")).Order(StringComparer.Ordinal), items.Select(static item => item.Text("vm")));
        var counts = items.Where(static item => item.TryGetProperty("outcome", out _)).CountBy(static item => item.Text("outcome")!);
        Assert.Equal(
            counts.Select(static count => $"{count.Key}: {count.Value}").Order(),
            result.GetProperty("summary").EnumerateObject().Select(static count => $"{count.Name}: {count.Value}").Order());
        return items;
    }

    /// <summary>The VMs and their outcomes, in words.</summary>
    public static string[] Outcomes(this Answer answer) => [.. answer.Items().Select(static item => $"{item.Text("vm")} {item.Text("outcome")}")];

    /// <summary>The ids of the VMs.</summary>
    public static string[] Vms(this Answer answer) => [.. answer.Items().Select(static item => item.Text("vm")!)];

    /// <summary>What QEMUs were sent, but for questions of the gateway itself.</summary>
    public static string[] SentTo(this GatewayHost host, params string[] vms) => [.. vms.SelectMany(vm => host.Fake(vm).Sent.Select(command => $"{vm} {command}"))];

    /// <summary>The audit log's records.</summary>
    public static JsonElement[] Records(this GatewayHost host) =>
        System.IO.Path.Combine(host.DataDirectory, "audit.jsonl") is var log && File.Exists(log) ? [.. File.ReadAllLines(log).Select(static line => JsonElement.Parse(line))] : [];

    /// <summary>A record in words: its VM, command, outcome and problem.</summary>
    public static string Told(this JsonElement record) => string.Join(' ', new[] { "vm", "command", "outcome", "problem" }.Select(member => record.GetProperty(member).GetString() ?? "-"));
}
