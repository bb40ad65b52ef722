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

    private static readonly Gen<(string Method, string Path, string[] Parameters)> Routes = Gen.OneOf(Described());

    private static readonly Gen<string> Methods = Gen.OneOf("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "FOO");

    private static readonly Gen<string> Vms = Gen.Frequency((6, Gen.Const("x")), (2, Gen.OneOf("y", "z", "nosuch")), (1, Odd));

    // Mostly the route's own parameters: of others the first is refused before any is read.
    private static readonly Gen<(int Own, string Other, string Value)[]> Parameters = Gen.Frequency(
        (2, Gen.Const(Array.Empty<(int, string, string)>())),
        (5, Gen.Select(Gen.Int[0, 20], Gen.Frequency((20, Gen.Const("")), (1, Gen.OneOf("vm", "data.x", "data.", "access_token")), (1, Odd)), Odd, static (own, other, value) => (own, other, value)).Array[1, 2]));

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

    public static readonly Gen<FuzzRequest> Requests = Gen.Select(Routes, Methods, Gen.Int[0, 9], Vms, Parameters, Header.Array[0, 3], Body).Select(
        static (route, method, other, vm, parameters, headers, body) => new FuzzRequest(
            other == 0 ? method : route.Method, route.Path.Replace("{vm}", vm, StringComparison.Ordinal), other == 1 ? "?" + vm : Query(route.Parameters, parameters), Typed(route.Method, headers), body));

    private static string Query(string[] own, (int Own, string Other, string Value)[] parameters)
    {
        var named = parameters.Select(p => (Name: p.Other.Length > 0 || own.Length == 0 ? p.Other : own[p.Own % own.Length], p.Value)).Where(static p => p.Name.Length > 0)
            .Select(static p => $"{Escape(p.Name)}={Escape(p.Value)}").ToArray();
        return named.Length == 0 ? "" : "?" + string.Join('&', named);
    }

    // Most bodies say that they are JSON; what says nothing is refused before it is read.
    private static (string, string)[] Typed(string method, (string Name, string Value)[] headers) =>
        method is "POST" or "PUT" && headers.All(static h => h.Name != "Content-Type") ? [.. headers, ("Content-Type", "application/json")] : headers;

    private static byte[] Changed(byte[] bytes, int at, byte value)
    {
        bytes[at % bytes.Length] = value;
        return bytes;
    }

    private static string Escape(string text) => Uri.EscapeDataString(new string([.. text.Where(static c => !char.IsSurrogate(c))]));

    private static (string, string, string[])[] Described()
    {
        using var description = JsonDocument.Parse(File.ReadAllBytes(Repository.PathOf("openapi", "gateway.v1.json")));
        return
        [
            .. description.RootElement.GetProperty("paths").EnumerateObject().SelectMany(static path => path.Value.EnumerateObject().Select(method =>
                (method.Name.ToUpperInvariant(), path.Name, QueryParameters(method.Value)))),
            ("POST", "/hubs/events/negotiate", []), ("GET", "/hubs/events", ["id", "access_token"]), ("GET", "/metrics", []), ("GET", "/nothing/here", []), ("GET", "/vms/", []), ("GET", "/", []),
        ];
    }

    private static string[] QueryParameters(JsonElement operation) => operation.TryGetProperty("parameters", out var parameters)
        ? [.. parameters.EnumerateArray().Where(static p => p.GetProperty("in").ValueEquals("query")).Select(static p => p.GetProperty("name").GetString()!)]
        : [];
}

/// <summary>JSON whose members and values come from valid bodies, in combinations that do not.</summary>
internal static class JsonNear
{
    private static readonly string[] Bodies =
    [
        "endpoint", "labels", "actions", "reboot", "shutdown", "panic", "watchdog", "action", "execute", "exec-oob", "arguments", "timeout", "\\ud800", "",
    ];

    private static readonly Gen<string> Scalar = Gen.OneOf(
        "\"unix:/fake/y\"", "\"tcp:127.0.0.1:1\"", "\"tcp:[::1]:99999\"", "\"unix:\"", "\"reset\"", "\"pause\"", "\"none\"", "\"poweroff\"", "\"query-status\"", "\"query-nothing\"", "\"set-action\"", "\"quit\"",
        "\"qmp_capabilities\"", "\"start\"", "\"\\ud800\"", "\"\\u0000\"", "\"x\"", "\"\"", "null", "true", "0", "1", "-1", "18446744073709551616", "1e400", "-0.5", "{}", "[]", "01", "NaN", "'x'", "/**/1");

    /// <summary>A body, or what is nearly one.</summary>
    public static Gen<string> Object { get; } = ObjectOf(Bodies);

    /// <summary>Any value.</summary>
    public static Gen<string> Value { get; } = Gen.Frequency((1, Scalar), (2, Object));

    /// <summary>An object whose members, and theirs, have these names.</summary>
    public static Gen<string> ObjectOf(string[] names) => Gen.Recursive<string>((depth, inner) =>
        Gen.Select(Gen.OneOf(names), depth > 3 ? Scalar : Gen.Frequency((4, Scalar), (1, inner), (1, Gen.OneOf(inner, Scalar).Select(static o => $"[{o}]"))))
            .Select(static (name, value) => $"\"{name}\":{value}").Array[0, 4].Select(static all => $"{{{string.Join(',', all)}}}"));

    public static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json);
}
