using System.IO.Enumeration;
using System.Net;
using Gateway.Settings;
using Gateway.Vms.Endpoints;
using QmpGateway.Qmp;

namespace Gateway.Access;

/// <summary>A pattern for endpoints in a grant, such as <c>unix:/run/qemu/web-*</c> or <c>tcp:10.0.0.*:4444</c>. <c>*</c> matches any text without a slash.</summary>
internal abstract record EndpointPattern
{
    /// <summary>The format of a pattern, for messages.</summary>
    public const string Format = "unix:/absolute/path or tcp:host:port, where * matches any text without a slash; or * alone";

    private EndpointPattern()
    {
    }

    /// <summary>Validates the patterns of a setting.</summary>
    public static IEnumerable<string> Faults(string key, IEnumerable<string> endpoints) => endpoints.SelectMany((endpoint, i) => Fault.Unless(
        TryParse(endpoint) is not null, $"{key}:{i} = '{endpoint}' is not an endpoint pattern: use {Format}"));

    /// <summary>Parses a pattern. Returns null if the text is not a pattern.</summary>
    public static EndpointPattern? TryParse(string? text) => text switch
    {
        "*" => new AnyEndpoint(),
        _ when text?.StartsWith("unix:/", StringComparison.Ordinal) == true => Paths.From(text["unix:".Length..]),
        _ when text?.StartsWith("tcp:", StringComparison.Ordinal) == true => Hosts.From(text["tcp:".Length..]),
        _ => null,
    };

    /// <summary>Whether an endpoint matches. A path must match both as written and with its links resolved.</summary>
    public abstract bool Matches(QmpEndpoint endpoint);

    private static bool Fits(string pattern, string text) => pattern == text || FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);

    private sealed record AnyEndpoint : EndpointPattern
    {
        public override bool Matches(QmpEndpoint endpoint) => true;
    }

    private sealed record Paths(string[] Parts) : EndpointPattern
    {
        public static Paths? From(string path) => IsPlain(path) ? new Paths(path.Split('/')) : null;

        public override bool Matches(QmpEndpoint endpoint) =>
            endpoint is UnixQmpEndpoint { Path: var path } && IsPlain(path) && Fit(Parts, path) && Fit(Resolved(), OpenedPath.RealOf(path));

        // `.`, `..` and double slashes are rejected, because they are other spellings of a path.
        private static bool IsPlain(string path) => path.Split('/').Skip(1).All(static part => part is not ("" or "." or ".."));

        private static bool Fit(string[] parts, string path) =>
            path.Split('/') is var given && given.Length == parts.Length && parts.Zip(given).All(static both => Fits(both.First, both.Second));

        // The operator trusts links before the first part with a `*`, such as /var/run. They are resolved in the pattern, too.
        private string[] Resolved()
        {
            var literal = Parts.TakeWhile(static part => !part.Contains('*', StringComparison.Ordinal)).Count();
            literal = Math.Min(literal, Parts.Length - 1);
            var directory = string.Join('/', Parts[..literal]);
            return [.. directory.Length == 0 ? [""] : OpenedPath.RealOf(directory).TrimEnd('/').Split('/'), .. Parts[literal..]];
        }
    }

    private sealed record Hosts(string Host, string Port) : EndpointPattern
    {
        public static Hosts? From(string text) => text.LastIndexOf(':') is > 0 and var colon && colon + 1 < text.Length
            ? new Hosts(Canonical(text[..colon].Trim('[', ']')), text[(colon + 1)..])
            : null;

        public override bool Matches(QmpEndpoint endpoint) => endpoint is TcpQmpEndpoint tcp && Fits(Port, $"{tcp.Port}") && Fits(Host, Canonical(tcp.Host))
            // A pattern of an address must not match a host name: 10.0.0.evil.example does not match 10.0.0.*.
            && (IPAddress.TryParse(tcp.Host, out _) || Host == "*" || Host.Any(char.IsAsciiLetter));

        private static string Canonical(string host) => (IPAddress.TryParse(host, out var address)
            ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString()
            : host.TrimEnd('.')).ToLowerInvariant();
    }
}
