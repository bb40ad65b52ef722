using System.Text;
using System.Text.Json;
using CsCheck;
using Gateway.Tests.OpenApi;

namespace Gateway.Tests.Fuzzing;

/// <summary>A request that nobody would send, in its parts.</summary>
internal sealed record FuzzRequest(string Method, string Path, string Query, (string Name, string Value)[] Headers, byte[] Body)
{
    // Shown when a test fails.
    public override string ToString() =>
        $"{Method} {JsonSerializer.Serialize(Path)} {JsonSerializer.Serialize(Query)} {string.Join(", ", Headers.Select(static h => $"{h.Name}: {JsonSerializer.Serialize(h.Value)}"))} {Convert.ToHexString(Body)}";
}

/// <summary>Requests over every route and method of the description, near the valid ones and far from them.</summary>
internal static class FuzzGen
{
    private static readonly Gen<string> Odd = Gen.OneOf(
        Gen.String, Gen.OneOf("", " ", "\0", "..", "é", "😀", "\ud800", "%00", "%2e%2e", "*", "x*", "start", "0", "1", "-1", "2147483648", "9999999999999999999999", "1e3", "null", "true", "running", "a=b"));

    private static readonly Gen<(string Method, string Path)> Routes = Gen.OneOf(Described());

    private static readonly Gen<string> Methods = Gen.OneOf("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "FOO");

    private static readonly Gen<string> Vms = Gen.Frequency((6, Gen.Const("x")), (2, Gen.OneOf("y", "z", "nosuch")), (1, Odd));

    private static readonly Gen<string> Parameter = Gen.Select(
        Gen.Frequency((8, Gen.OneOf("vm", "event", "after", "limit", "wait", "until", "timeout", "label", "connection", "status", "data.x", "data.", "access_token")), (1, Odd)),
        Odd,
        static (name, value) => $"{Escape(name)}={Escape(value)}");

    private static readonly Gen<string> Query = Gen.Frequency(
        (4, Gen.Const("")), (4, Parameter.Array[1, 3].Select(static all => "?" + string.Join('&', all))), (1, Odd.Select(static odd => "?" + odd)));

    private static readonly Gen<(string Name, string Value)> Header = Gen.Select(
        Gen.OneOf("Accept", "Content-Type", "Last-Event-ID", "If-Match", "Idempotency-Key", "traceparent", "Origin", "Range", "If-None-Match", "Accept-Encoding", "X-HTTP-Method-Override", "Content-Encoding", "Authorization"),
        Gen.Frequency((2, Odd), (3, Gen.OneOf(
            "text/event-stream", "application/json", "application/json;charset=utf-7", "*/*;q=2", "\"x\"", "W/\"x\"", "*", "k1", "gzip", "null", "bytes=0-1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))),
        static (name, value) => (name, value));

    private static readonly Gen<byte[]> Body = Gen.Frequency(
        (2, Gen.Const(Array.Empty<byte>())),
        (1, Gen.Byte.Array[0, 50]),
        (6, JsonNear.Object.Select(static text => JsonNear.Bytes(text))),
        (3, Gen.Select(JsonNear.Object, Gen.Int[0, 200], Gen.Byte, static (text, at, value) => Changed(JsonNear.Bytes(text), at, value))),
        (2, Gen.Select(JsonNear.Object, Gen.Int[0, 200], static (text, at) => JsonNear.Bytes(text)[..Math.Min(at, text.Length)])));

    public static readonly Gen<FuzzRequest> Requests = Gen.Select(Routes, Methods, Gen.Int[0, 9], Vms, Query, Header.Array[0, 3], Body).Select(static (route, method, other, vm, query, headers, body) =>
        new FuzzRequest(other == 0 ? method : route.Method, route.Path.Replace("{vm}", vm, StringComparison.Ordinal), query, Typed(route.Method, headers), body));

    // Most bodies say that they are JSON; what says nothing is refused before it is read.
    private static (string, string)[] Typed(string method, (string Name, string Value)[] headers) =>
        method is "POST" or "PUT" && headers.All(static h => h.Name != "Content-Type") ? [.. headers, ("Content-Type", "application/json")] : headers;

    private static byte[] Changed(byte[] bytes, int at, byte value)
    {
        bytes[at % bytes.Length] = value;
        return bytes;
    }

    private static string Escape(string text) => Uri.EscapeDataString(new string([.. text.Where(static c => !char.IsSurrogate(c))]));

    private static (string, string)[] Described()
    {
        using var description = JsonDocument.Parse(File.ReadAllBytes(Repository.PathOf("openapi", "gateway.v1.json")));
        return
        [
            .. description.RootElement.GetProperty("paths").EnumerateObject().SelectMany(static path => path.Value.EnumerateObject().Select(method => (method.Name.ToUpperInvariant(), path.Name))),
            ("POST", "/hubs/events/negotiate"), ("GET", "/hubs/events"), ("GET", "/metrics"), ("GET", "/nothing/here"), ("GET", "/vms/"), ("GET", "/"),
        ];
    }
}

/// <summary>JSON whose members and values come from valid bodies, in combinations that do not.</summary>
internal static class JsonNear
{
    private static readonly Gen<string> Name = Gen.OneOf(
        "endpoint", "labels", "actions", "reboot", "shutdown", "panic", "watchdog", "action", "execute", "exec-oob", "arguments", "timeout", "vms", "events", "data", "after", "\\ud800", "");

    private static readonly Gen<string> Scalar = Gen.OneOf(
        "\"unix:/fake/y\"", "\"tcp:127.0.0.1:1\"", "\"tcp:[::1]:99999\"", "\"unix:\"", "\"reset\"", "\"pause\"", "\"none\"", "\"poweroff\"", "\"query-status\"", "\"query-nothing\"", "\"set-action\"", "\"quit\"",
        "\"qmp_capabilities\"", "\"start\"", "\"\\ud800\"", "\"\\u0000\"", "\"x\"", "\"\"", "null", "true", "0", "1", "-1", "18446744073709551616", "1e400", "-0.5", "{}", "[]", "01", "NaN", "'x'", "/**/1");

    /// <summary>An object, or what is nearly one.</summary>
    public static Gen<string> Object { get; } = Gen.Recursive<string>(static (depth, inner) =>
        Gen.Select(Name, depth > 3 ? Scalar : Gen.Frequency((4, Scalar), (1, inner), (1, inner.Select(static o => $"[{o}]"))))
            .Select(static (name, value) => $"\"{name}\":{value}").Array[0, 4].Select(static all => $"{{{string.Join(',', all)}}}"));

    /// <summary>Any value.</summary>
    public static Gen<string> Value { get; } = Gen.Frequency((1, Scalar), (2, Object));

    public static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json);
}
