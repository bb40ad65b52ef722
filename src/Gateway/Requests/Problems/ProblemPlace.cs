using Microsoft.AspNetCore.Http.Extensions;
using QmpGateway.Contracts;

namespace Gateway.Requests.Problems;

/// <summary>The request that a problem is about.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Instance">Its path.</param>
/// <param name="TraceId">The trace that it belongs to.</param>
internal sealed record ProblemPlace(string Method, string Instance, string TraceId)
{
    public static ProblemPlace Of(HttpContext context) => new(context.Request.Method, context.Request.GetEncodedPathAndQuery().Split('?')[0], context.TraceId());

    /// <summary>Adds the members that depend on the request.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="vm">The VM, unless the problem names one; null for none.</param>
    public Problem Complete(Problem problem, string? vm) => problem with { Instance = Instance, TraceId = TraceId, Vm = problem.Vm ?? vm };
}
