using System.Text.RegularExpressions;
using Xunit;

namespace Gateway.EndToEnd.Support;

/// <summary>
/// Which requests of the tests that share a gateway go through Prism when <c>GATEWAY_THROUGH=prism</c> asks for it: all that these tests send as
/// <see cref="Requests"/>. Directly go
/// <list type="bullet">
/// <item>streams of server-sent events: Prism waits for the end of an answer before it passes it on;</item>
/// <item>the hub and other WebSockets, which it does not carry;</item>
/// <item>gateways that a test starts for itself: most send invalid requests on purpose, restart or kill the gateway, or need its own port.</item>
/// </list>
/// </summary>
internal static partial class ThroughPrism
{
    /// <summary>Whether it is asked for.</summary>
    public static bool IsOn => Environment.GetEnvironmentVariable("GATEWAY_THROUGH") == "prism";

    /// <summary>Fails the test where Prism, not the gateway, answered: the request or the answer is not as the document says.</summary>
    public static void AssertValid(HttpMethod method, string path, string body) => Assert.False(
        body.Contains("stoplight.io/prism/errors", StringComparison.Ordinal), $"{method} {path} is not as openapi/gateway.v1.json says: {body}");

    /// <summary>
    /// Whether an answer that Prism found valid has to be asked for again without it: it reads and writes JSON as JavaScript does, and rounds
    /// integers beyond 2^53.
    /// </summary>
    public static bool IsRounded(HttpMethod method, string body) => method == HttpMethod.Get && LongNumber().IsMatch(body);

    [GeneratedRegex("""[:\[,]\s*-?(\d{16,}|\d(\.\d+)?e\+?\d+)""")]
    private static partial Regex LongNumber();
}
