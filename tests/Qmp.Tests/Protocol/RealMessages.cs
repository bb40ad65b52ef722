namespace QmpGateway.Qmp.Tests.Protocol;

/// <summary>What QEMU says: greeting and errors as 7.2 sent them, events after the examples of qapi/run-state.json.</summary>
internal static class RealMessages
{
    public const string Greeting =
        """{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": "Debian 1:7.2+dfsg-7+deb12u18+b3"}, "capabilities": ["oob"]}}""";

    public const string Panic =
        """{"timestamp": {"seconds": 1764000000, "microseconds": 123456}, "event": "GUEST_PANICKED", "data": {"action": "pause", "info": {"type": "hyper-v", "arg1": 18446744073709551615, "arg2": 0, "arg3": 0, "arg4": 0, "arg5": 0}}}""";

    public const string Pretty =
        "{\r\n    \"timestamp\": {\r\n        \"seconds\": 1764000000,\r\n        \"microseconds\": 5\r\n    },\r\n    \"event\": \"SHUTDOWN\",\r\n    \"data\": {\r\n        \"guest\": false,\r\n        \"reason\": \"host-qmp-quit\"\r\n    }\r\n}";

    public static IReadOnlyList<string> All { get; } =
    [
        Greeting,
        """{"return": {}, "id": "7f3a-1"}""",
        """{"id": "x", "error": {"class": "GenericError", "desc": "Parameter 'a' is unexpected"}}""",
        """{"error": {"class": "GenericError", "desc": "JSON parse error, stray '\"\\uFFFD'"}}""",
        """{"timestamp": {"seconds": 1764000000, "microseconds": 123456}, "event": "STOP"}""",
        """{"timestamp": {"seconds": -1, "microseconds": -1}, "event": "RESET", "data": {"guest": true, "reason": "guest-reset"}}""",
        """{"timestamp": {"seconds": 1764000000, "microseconds": 1}, "event": "MEMORY_FAILURE", "data": {"recipient": "guest", "action": "inject", "flags": {"action-required": true, "recursive": false}}}""",
        Panic,
        Pretty,
    ];
}
