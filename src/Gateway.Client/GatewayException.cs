using System.Text.Json;
using QmpGateway.Contracts;

namespace QmpGateway.Client;

/// <summary>A request failed.</summary>
public class GatewayException : Exception
{
    internal GatewayException(Problem problem, TimeSpan? retryAfter = null, Exception? inner = null)
        : base(problem.Detail ?? problem.Title, inner)
    {
        Problem = problem;
        RetryAfter = retryAfter;
    }

    /// <summary>The problem that the gateway reported (RFC 9457), or one that the client created if the gateway sent no response.</summary>
    public Problem Problem { get; }

    /// <summary>The kind of problem, such as <c>vm-unreachable</c>. Newer gateways may report other kinds.</summary>
    public string Slug => Problem.Slug;

    /// <summary>The outcome of the command; null if the request was not about a command.</summary>
    public CommandOutcome? Outcome => Problem.Outcome switch
    {
        "not-sent" => CommandOutcome.NotSent,
        "refused" => CommandOutcome.Refused,
        "unknown" => CommandOutcome.Unknown,
        _ => null,
    };

    /// <summary>How long to wait before a retry; null if the gateway did not say.</summary>
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
            // The body is not a problem. It probably comes from a proxy.
        }

        problem ??= new Problem { Type = "about:blank", Title = $"HTTP {status}", Status = status };
        return problem.Oldest is { } oldest ? new CursorExpiredException(problem, oldest) : new GatewayException(problem, retryAfter);
    }
}
