using System.Diagnostics;

namespace Gateway.Requests.Problems;

/// <summary>The trace of a request.</summary>
internal static class Traces
{
    /// <summary>The trace id of the caller's <c>traceparent</c>, or of a new trace.</summary>
    public static string TraceId(this HttpContext context) => (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString();
}
