using System.Text.Json;
using Xunit;

namespace Gateway.Tests;

/// <summary>What the gateway answered to one request.</summary>
public sealed record Answer(int Status, string? ContentType, IReadOnlyDictionary<string, string> Headers, string Text)
{
    // The contract's titles are constant per slug: what is written here is what clients may have stored.
    private static readonly Dictionary<string, (int Status, string Title)> Slugs = new()
    {
        ["invalid-request"] = (400, "Invalid request"),
        ["too-many-vms"] = (400, "Too many VMs"),
        ["unauthenticated"] = (401, "Authentication required"),
        ["forbidden"] = (403, "Access denied"),
        ["command-forbidden"] = (403, "Command not allowed"),
        ["vm-not-found"] = (404, "VM not found"),
        ["not-found"] = (404, "Unknown route"),
        ["method-not-allowed"] = (405, "Method not allowed"),
        ["vm-ambiguous"] = (409, "More than one VM: name one"),
        ["vm-owned"] = (409, "VM not managed through the API"),
        ["endpoint-in-use"] = (409, "Endpoint in use"),
        ["command-refused"] = (409, "Command refused by QEMU"),
        ["cursor-expired"] = (410, "Cursor expired"),
        ["run-changed"] = (412, "Run changed"),
        ["in-progress"] = (409, "First request still in progress"),
        ["key-reused"] = (422, "Idempotency key already used"),
        ["payload-too-large"] = (413, "Request body too large"),
        ["rate-limited"] = (429, "Limit reached"),
        ["unsupported-media-type"] = (415, "Unsupported media type"),
        ["already-exists"] = (412, "VM already exists"),
        ["command-not-supported"] = (501, "Command not supported by QEMU"),
        ["outcome-unknown"] = (502, "Command outcome unknown"),
        ["vm-unreachable"] = (503, "VM not connected"),
        ["storage-unavailable"] = (503, "Storage unavailable"),
        ["wait-aborted"] = (503, "Wait ended early"),
        ["timed-out"] = (504, "Command timed out"),
        ["wait-timed-out"] = (504, "Wait timed out"),
    };

    private static readonly string[] Always = ["type", "title", "status", "detail", "instance", "traceId"];

    /// <summary>The status of each kind of problem there is.</summary>
    public static IReadOnlyDictionary<string, int> Statuses { get; } = Slugs.ToDictionary(static slug => slug.Key, static slug => slug.Value.Status);

    public JsonElement Json => JsonElement.Parse(Text);

    /// <summary>The value of a header; null where there is none.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Holds the answer to be 200 with JSON.</summary>
    public JsonElement Ok(int status = 200)
    {
        Assert.True(Status == status, $"{Status} instead of {status}: {Text}");
        Assert.Equal("application/json; charset=utf-8", ContentType);
        return Json;
    }

    public void NoContent()
    {
        Assert.True(Status == 204, $"{Status} instead of 204: {Text}");
        Assert.Equal("", Text);
        Assert.Null(ContentType);
    }

    /// <summary>Holds the answer to be one kind of problem, with exactly these members beside those that all problems have.</summary>
    /// <param name="slug">The kind.</param>
    /// <param name="instance">The request's path.</param>
    /// <param name="members">Names of members and what they must be; null for anything.</param>
    public JsonElement Problem(string slug, string instance, params (string Name, string? Value)[] members)
    {
        var (status, title) = Slugs[slug];
        Assert.True(Status == status && Text.Contains(slug), $"{Status} instead of {status} {slug}: {Text}");
        Assert.Equal("application/problem+json", ContentType);
        var problem = Json;
        Assert.Equal(Always.Concat(members.Select(static m => m.Name)).Order(), problem.EnumerateObject().Select(static m => m.Name).Order());
        Assert.Equal($"urn:qmp-gateway:{slug}", problem.GetProperty("type").GetString());
        Assert.Equal(title, problem.GetProperty("title").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEqual("", problem.GetProperty("detail").GetString());
        Assert.Equal(instance, problem.GetProperty("instance").GetString());
        Assert.Matches("^[0-9a-f]{32}$", problem.GetProperty("traceId").GetString());
        foreach (var (name, value) in members.Where(static m => m.Value is not null))
        {
            Assert.Equal(value, problem.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : problem.GetProperty(name).GetRawText());
        }

        Assert.Equal(slug is "vm-unreachable" or "rate-limited", Headers.ContainsKey("Retry-After"));
        Assert.Equal(slug == "method-not-allowed", Headers.ContainsKey("Allow"));
        return problem;
    }

    /// <summary>Holds the answer to be 400 about some fields.</summary>
    public JsonElement Invalid(string instance, string? vm, params string[] fields)
    {
        var problem = vm is null
            ? Problem("invalid-request", instance, ("errors", null))
            : Problem("invalid-request", instance, ("errors", null), ("vm", vm));
        var errors = problem.GetProperty("errors");
        Assert.Equal(fields.Order(), errors.EnumerateObject().Select(static field => field.Name).Order());
        Assert.All(errors.EnumerateObject(), static field => Assert.NotEmpty(field.Value.EnumerateArray()));
        return problem;
    }
}
