using System.Text.Json.Serialization;

namespace QmpGateway.Contracts;

/// <summary>Why a request failed (RFC 9457). Members that do not apply are left out.</summary>
public sealed record Problem
{
    /// <summary>What each <see cref="Type"/> of the gateway's begins with; the slug follows.</summary>
    public const string TypePrefix = "urn:qmp-gateway:";

    /// <summary><c>urn:qmp-gateway:</c> and the slug that names the kind of problem.</summary>
    public required string Type { get; init; }

    /// <summary>The slug that names the kind of problem, such as <c>vm-unreachable</c>: the end of <see cref="Type"/>.</summary>
    [JsonIgnore]
    public string Slug => Type[(Type.LastIndexOf(':') + 1)..];

    /// <summary>The kind in words, the same for each problem of it.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What happened here, and what to do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>The request's path.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Instance { get; init; }

    /// <summary>The trace that the request belongs to (W3C Trace Context).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }

    /// <summary>The VM.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Vm { get; init; }

    /// <summary>The QMP command.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Command { get; init; }

    /// <summary>QEMU's error, verbatim.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public QmpError? QmpError { get; init; }

    /// <summary>What became of the command: <c>not-sent</c>, <c>refused</c> or <c>unknown</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Outcome { get; init; }

    /// <summary>What is wrong with the request: field by field, all that was found.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }

    /// <summary>With <c>vm-ambiguous</c>: the VMs there are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Vms { get; init; }

    /// <summary>With <c>cursor-expired</c>: the oldest cursor to go on from.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Oldest { get; init; }

    /// <summary>With <c>wait-timed-out</c>: the last status known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VmStatus? CurrentStatus { get; init; }

    /// <summary>With <c>command-forbidden</c>: the rule that says no.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Rule { get; init; }
}

/// <summary>QEMU's error.</summary>
/// <param name="Class">Such as <c>GenericError</c>.</param>
/// <param name="Desc">Text for people; it may change between versions.</param>
public sealed record QmpError(string Class, string Desc);
