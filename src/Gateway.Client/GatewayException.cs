using System.Text.Json;
using QmpGateway.Contracts;

namespace QmpGateway.Client;

/// <summary>What became of a command that failed.</summary>
public enum CommandOutcome
{
    /// <summary>Nothing was sent to QEMU: it may be tried again.</summary>
    NotSent,

    /// <summary>QEMU refused it.</summary>
    Refused,

    /// <summary>It may have taken effect, or may yet.</summary>
    Unknown,
}

/// <summary>A request failed.</summary>
public class GatewayException : Exception
{
    internal GatewayException(Problem problem, TimeSpan? retryAfter = null, Exception? inner = null)
        : base(problem.Detail ?? problem.Title, inner)
    {
        Problem = problem;
        RetryAfter = retryAfter;
    }

    /// <summary>The problem as the gateway told it (RFC 9457), or as the client would have had it told where the gateway could not.</summary>
    public Problem Problem { get; }

    /// <summary>The kind of problem, such as <c>vm-unreachable</c>; an open set.</summary>
    public string Slug => Problem.Slug;

    /// <summary>What became of the command; null where it was about none.</summary>
    public CommandOutcome? Outcome => Problem.Outcome switch
    {
        "not-sent" => CommandOutcome.NotSent,
        "refused" => CommandOutcome.Refused,
        "unknown" => CommandOutcome.Unknown,
        _ => null,
    };

    /// <summary>When to try again, where the gateway said so.</summary>
    public TimeSpan? RetryAfter { get; }

    internal static GatewayException From(int status, ReadOnlySpan<byte> body, TimeSpan? retryAfter)
    {
        Problem? problem = null;
        try
        {
            problem = JsonSerializer.Deserialize(body, GatewayJson.Default.Problem);
        }
        catch (JsonException)
        {
            // A proxy's words, most likely.
        }

        problem ??= new Problem { Type = "about:blank", Title = $"HTTP {status}", Status = status };
        return problem.Oldest is { } oldest ? new CursorExpiredException(problem, oldest) : new GatewayException(problem, retryAfter);
    }
}

/// <summary>Events after the cursor are no longer kept: some were missed, which were not shown.</summary>
public sealed class CursorExpiredException : GatewayException
{
    internal CursorExpiredException(Problem problem, string oldest)
        : base(problem) => Oldest = oldest;

    /// <summary>The oldest cursor to go on from.</summary>
    public string Oldest { get; }
}
