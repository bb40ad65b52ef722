using Gateway.Requests.Problems;

namespace Gateway.Api.OpenApi;

/// <summary>Declares the kinds of problem that a route can return, by the names of <see cref="ProblemKind"/>'s members.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal class ProblemsAttribute(params string[] kinds) : Attribute
{
    /// <summary>The kinds.</summary>
    public virtual IEnumerable<ProblemKind> Kinds => kinds.Select(Kind);

    protected static ProblemKind Kind(string name) => (ProblemKind)typeof(ProblemKind).GetProperty(name)!.GetValue(null)!;
}

/// <summary>Declares the problems that every route that sends a command to QEMU can return.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CommandProblemsAttribute : ProblemsAttribute
{
    /// <summary>Whether the route accepts a body.</summary>
    public bool HasBody { get; set; }

    /// <summary>Whether the route can wait for the event that completes the command.</summary>
    public bool Waits { get; set; }

    /// <inheritdoc/>
    public override IEnumerable<ProblemKind> Kinds =>
    [
        ProblemKind.CommandForbidden, ProblemKind.VmNotFound, ProblemKind.VmAmbiguous, ProblemKind.CommandRefused, ProblemKind.RunChanged, ProblemKind.CommandNotSupported,
        ProblemKind.OutcomeUnknown, ProblemKind.VmUnreachable, ProblemKind.TimedOut,
        ProblemKind.PayloadTooLarge,
        .. HasBody ? [ProblemKind.UnsupportedMediaType] : Array.Empty<ProblemKind>(),
        .. Waits ? [ProblemKind.WaitAborted, ProblemKind.WaitTimedOut] : Array.Empty<ProblemKind>(),
    ];
}
