using System.Text.Json.Serialization;

namespace QmpGateway.Contracts;

/// <summary>Why a request failed (RFC 9457). Members that do not apply are omitted.</summary>
public sealed record Problem
{
    /// <summary>What each <see cref="Type"/> of the gateway's begins with; the slug follows.</summary>
    public const string TypePrefix = "urn:qmp-gateway:";

    /// <summary><c>urn:qmp-gateway:</c> and the slug that names the kind of problem.</summary>
    public required string Type { get; init; }

    /// <summary>The slug that names the kind of problem, such as <c>vm-unreachable</c>: the end of <see cref="Type"/>.</summary>
    [JsonIgnore]
    public string Slug => Type[(Type.LastIndexOf(':') + 1)..];

    /// <summary>A short name for the kind of problem, the same for every problem of that kind.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What happened, and what to do.</summary>
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

    /// <summary>What happened to the command: <c>not-sent</c>, <c>refused</c> or <c>unknown</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Outcome { get; init; }

    /// <summary>The faults of the request, by field. All faults are listed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }

    /// <summary>With <c>vm-ambiguous</c>: the ids of the VMs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Vms { get; init; }

    /// <summary>With <c>cursor-expired</c>: the oldest valid cursor.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Oldest { get; init; }

    /// <summary>With <c>wait-timed-out</c>: the last status known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VmStatus? CurrentStatus { get; init; }

    /// <summary>With <c>command-forbidden</c>: the rule that denies the command.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Rule { get; init; }
}
