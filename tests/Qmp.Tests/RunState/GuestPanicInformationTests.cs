using System.Text.Json;
using Xunit;

namespace QmpGateway.Qmp.Tests;

public sealed class GuestPanicInformationTests
{
    private const string HyperV =
        """{"type":"hyper-v","arg1":18446744073709551615,"arg2":9007199254740993,"arg3":0,"arg4":1,"arg5":9223372036854775808}""";

    private const string S390 =
        """{"type":"s390","core":4294967295,"psw-mask":18446744073709551615,"psw-addr":562949953421312,"reason":"disabled-wait"}""";

    private const string Tdx = """{"type":"tdx","error-code":0,"message":"TD misconfiguration","gpa":18446744073709551615}""";

    private const string Sev = """{"type":"sev","set":1,"code":4}""";

    [Theory]
    [InlineData(HyperV, typeof(GuestPanicInformationHyperV))]
    [InlineData(S390, typeof(GuestPanicInformationS390))]
    [InlineData(Tdx, typeof(GuestPanicInformationTdx))]
    [InlineData("""{"type":"tdx","error-code":7,"message":""}""", typeof(GuestPanicInformationTdx))]
    [InlineData(Sev, typeof(GuestPanicInformationSev))]
    [InlineData("""{"type":"from-a-newer-qemu","b":18446744073709551615,"a":{"type":"hyper-v"}}""", typeof(GuestPanicInformationUnknown))]
    [InlineData("""{"type":"from-a-newer-qemu"}""", typeof(GuestPanicInformationUnknown))]
    [InlineData("""{"type":"sev","set":1,"code":4,"why":"newer"}""", typeof(GuestPanicInformationSev))]
    public void A_report_is_read_by_its_type_and_written_digit_for_digit(string json, Type expected)
    {
        var info = Read(json);

        Assert.IsType(expected, info);
        Assert.Equal(json, JsonSerializer.Serialize(info, RunStateJson.Default.GuestPanicInformation));
    }

    [Theory]
    [InlineData("""{"code":4,"set":1,"type":"sev"}""")]
    [InlineData("""{"gpa":1,"type":"tdx","error-code":0,"message":"m"}""")]
    [InlineData("""{"core":0,"psw-mask":1,"psw-addr":2,"reason":"from-a-newer-qemu","type":"s390"}""")]
    [InlineData("""{"a":[{"type":"sev"}],"type":"from-a-newer-qemu","b":null}""")]
    public void The_type_may_stand_anywhere_in_the_object(string json)
    {
        var written = JsonSerializer.Serialize(Read(json), RunStateJson.Default.GuestPanicInformation);

        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(json), JsonElement.Parse(written)), written);
    }

    [Fact]
    public void The_members_of_each_known_type_have_properties()
    {
        Assert.Equal(
            new GuestPanicInformationHyperV
            {
                Arg1 = ulong.MaxValue,
                Arg2 = 9007199254740993,
                Arg3 = 0,
                Arg4 = 1,
                Arg5 = 9223372036854775808,
            },
            Read(HyperV));
        Assert.Equal(
            new GuestPanicInformationS390
            {
                Core = uint.MaxValue,
                PswMask = ulong.MaxValue,
                PswAddr = 562949953421312,
                Reason = S390CrashReason.DisabledWait,
            },
            Read(S390));
        Assert.Equal(new GuestPanicInformationTdx { ErrorCode = 0, Message = "TD misconfiguration", Gpa = ulong.MaxValue }, Read(Tdx));
        Assert.Equal(new GuestPanicInformationSev { Set = 1, Code = 4 }, Read(Sev));
    }

    [Fact]
    public void An_unknown_type_keeps_its_members()
    {
        var info = Assert.IsType<GuestPanicInformationUnknown>(Read("""{"registers":[1,2],"type":"from-a-newer-qemu"}"""));

        Assert.Equal(GuestPanicInformationType.Of("from-a-newer-qemu"), info.Type);
        Assert.Equal("[1,2]", Assert.Single(info.OtherMembers!).Value.GetRawText());
    }

    [Theory]
    [InlineData("\"tdx\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":1}""")]
    [InlineData("""{"type":null}""")]
    [InlineData("""{"type":"sev","set":1}""")]
    [InlineData("""{"type":"sev","set":4294967296,"code":0}""")]
    [InlineData("""{"type":"sev","set":"1","code":0}""")]
    [InlineData("""{"type":"tdx","error-code":0,"message":null}""")]
    [InlineData("""{"type":"hyper-v","arg1":-1,"arg2":0,"arg3":0,"arg4":0,"arg5":0}""")]
    [InlineData("""{"type":"hyper-v","arg1":18446744073709551616,"arg2":0,"arg3":0,"arg4":0,"arg5":0}""")]
    [InlineData("""{"type":"s390","core":0,"psw-mask":1,"psw-addr":2,"reason":3}""")]
    public void A_report_of_another_shape_is_refused(string json) => Assert.Throws<JsonException>(() => Read(json));

    private static GuestPanicInformation? Read(string json) =>
        JsonSerializer.Deserialize(json, RunStateJson.Default.GuestPanicInformation);
}
