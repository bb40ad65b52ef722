using System.Diagnostics;
using QmpGateway.Qmp;

namespace Gateway.Metrics;

/// <summary>
/// Creates a span for each QMP command, as a child of the request's span (OpenTelemetry's semantic conventions for RPC spans). It never contains the
/// arguments of the command or QEMU's error message, because these may contain secrets or data of the guest.
/// </summary>
internal static class CommandSpans
{
    /// <summary>The name of the activity source.</summary>
    public const string SourceName = "qmp_gateway";

    /// <summary>The tag with the outcome of the command. It has the same values as in the metrics.</summary>
    public const string Outcome = "qmp_gateway.outcome";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Starts a span. Returns null if tracing is off, and for <c>query-status</c> that the gateway itself sends every few seconds.</summary>
    public static Activity? Begin(string vm, string command) => Activity.Current is null && command == RunStateCommands.QueryStatus
        ? null
        : Source.StartActivity(
            ActivityKind.Client,
            name: command,
            tags: [new("rpc.system.name", "qmp"), new("rpc.method", command), new("qmp_gateway.vm", vm)]);

    /// <summary>Marks the span as failed.</summary>
    public static void Fail(this Activity? span, Exception failure) =>
        span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failure is QmpCommandException refusal ? refusal.ErrorClass : failure.GetType().Name);
}
