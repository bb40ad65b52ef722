using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Xunit;

namespace QmpGateway.Qmp.Tests;

public sealed class RunStatePayloadTests
{
    private static readonly RunStateJson Json = RunStateJson.Default;

    public static TheoryData<Type, string> Payloads => new()
    {
        { typeof(StatusInfo), """{"running":true,"singlestep":false,"status":"running"}""" },
        { typeof(StatusInfo), """{"running":false,"status":"suspended"}""" },
        { typeof(SetActionArguments), """{"reboot":"shutdown","shutdown":"pause","panic":"exit-failure","watchdog":"inject-nmi"}""" },
        { typeof(SetActionArguments), """{"panic":"none"}""" },
        { typeof(SetActionArguments), "{}" },
        { typeof(WatchdogSetActionArguments), """{"action":"poweroff"}""" },
        { typeof(ShutdownEvent), """{"guest":false,"reason":"host-signal"}""" },
        { typeof(ResetEvent), """{"guest":true,"reason":"guest-reset"}""" },
        { typeof(WatchdogEvent), """{"action":"pause"}""" },
        { typeof(GuestPanickedEvent), """{"action":"pause"}""" },
        { typeof(GuestPanickedEvent), """{"action":"poweroff","info":{"type":"sev","set":0,"code":4294967295}}""" },
        { typeof(GuestCrashLoadedEvent), """{"action":"run"}""" },
        { typeof(GuestCrashLoadedEvent), """{"action":"run","info":{"type":"hyper-v","arg1":1,"arg2":2,"arg3":3,"arg4":4,"arg5":5}}""" },
        {
            typeof(MemoryFailureEvent),
            """{"recipient":"guest","action":"inject","flags":{"action-required":true,"recursive":false}}"""
        },
    };

    [Theory]
    [MemberData(nameof(Payloads))]
    public void A_payload_is_written_as_it_was_read(Type type, string json) => Assert.Equal(json, RoundTrip(type, json));

    [Theory]
    [MemberData(nameof(Payloads))]
    public void Members_of_a_newer_QEMU_survive(Type type, string json)
    {
        const string Newer = """{"future":{"count":18446744073709551615,"list":[1.50,null]},"gone":null}""";
        json = json == "{}" ? Newer : json[..^1] + "," + Newer[1..];

        Assert.Equal(json, RoundTrip(type, json));
    }

    [Fact]
    public void Values_of_a_newer_QEMU_survive()
    {
        const string Shutdown = """{"guest":true,"reason":"guest-vanished"}""";
        const string Memory = """{"recipient":"firmware","action":"heal","flags":{"action-required":false,"recursive":true,"deep":true}}""";

        Assert.Equal(Shutdown, RoundTrip(typeof(ShutdownEvent), Shutdown));
        Assert.Equal(Memory, RoundTrip(typeof(MemoryFailureEvent), Memory));
    }

    [Fact]
    public void A_status_without_singlestep_does_not_claim_to_know_it()
    {
        var status = JsonSerializer.Deserialize("""{"status":"paused","running":false}""", Json.StatusInfo)!;

        Assert.Null(status.Singlestep);
        Assert.False(status.Running);
        Assert.Equal(RunState.Paused, status.Status);
        Assert.Null(status.OtherMembers);
    }

    [Fact]
    public void Arguments_hold_only_what_is_set()
    {
        var arguments = new SetActionArguments { Reboot = RebootAction.Shutdown, Watchdog = WatchdogAction.InjectNmi };

        Assert.Equal("""{"reboot":"shutdown","watchdog":"inject-nmi"}""", JsonSerializer.Serialize(arguments, Json.SetActionArguments));
    }

    [Theory]
    [InlineData(typeof(StatusInfo), """{"running":"true","status":"running"}""")]
    [InlineData(typeof(StatusInfo), """{"running":true,"status":1}""")]
    [InlineData(typeof(StatusInfo), """{"running":true,"status":null}""")]
    [InlineData(typeof(StatusInfo), """{"running":true}""")]
    [InlineData(typeof(StatusInfo), "[]")]
    [InlineData(typeof(SetActionArguments), """{"panic":true}""")]
    [InlineData(typeof(ShutdownEvent), """{"guest":1,"reason":"none"}""")]
    [InlineData(typeof(ResetEvent), """{"guest":true,"reason":{}}""")]
    [InlineData(typeof(WatchdogEvent), "{}")]
    [InlineData(typeof(GuestPanickedEvent), """{"action":"run","info":"hyper-v"}""")]
    [InlineData(typeof(MemoryFailureEvent), """{"recipient":"guest","action":"inject","flags":null}""")]
    public void A_payload_of_another_shape_is_refused(Type type, string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, TypeInfo(type)));

    [Fact]
    public void Names_on_the_wire_do_not_depend_on_the_options_of_the_reader()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { TypeInfoResolver = Json };
        const string Memory = """{"recipient":"guest","action":"reset","flags":{"action-required":true,"recursive":false}}""";
        const string Status = """{"running":true,"status":"running","Running":1}""";

        Assert.Equal(Memory, JsonSerializer.Serialize(JsonSerializer.Deserialize<MemoryFailureEvent>(Memory, options), options));
        Assert.Equal(Status, RoundTrip(typeof(StatusInfo), Status));
    }

    private static string RoundTrip(Type type, string json) =>
        JsonSerializer.Serialize(JsonSerializer.Deserialize(json, TypeInfo(type)), TypeInfo(type));

    private static JsonTypeInfo TypeInfo(Type type) => Json.GetTypeInfo(type)!;
}
