using System.Text;
using QmpGateway.Qmp.Protocol;
using Xunit;

namespace QmpGateway.Qmp.Tests.Protocol;

public class QmpMessageTests
{
    [Fact]
    public void A_greeting_tells_version_package_and_capabilities()
    {
        var message = Parse(RealMessages.Greeting);

        Assert.Equal(QmpMessageKind.Greeting, message.Kind);
        Assert.Equal("7.2.22", message.Greeting!.Version);
        Assert.Equal("Debian 1:7.2+dfsg-7+deb12u18+b3", message.Greeting.Package);
        Assert.Equal(["oob"], message.Greeting.Capabilities);
    }

    [Fact]
    public void A_greeting_may_leave_out_package_and_capabilities()
    {
        var greeting = Parse("""{"QMP": {"version": {"qemu": {"major": 1, "minor": 0, "micro": 1}}}}""").Greeting!;

        Assert.Equal("1.0.1", greeting.Version);
        Assert.Equal("", greeting.Package);
        Assert.Empty(greeting.Capabilities);
    }

    [Fact]
    public void Capabilities_of_later_versions_pass_whatever_they_are()
    {
        var greeting = Parse("""{"QMP": {"capabilities": ["oob", "later", {"a": 1}], "version": {"qemu": {"micro": 0, "minor": 0, "major": 12}, "package": ""}}}""");

        Assert.Equal(["oob", "later", """{"a": 1}"""], greeting.Greeting!.Capabilities);
    }

    [Fact]
    public void An_event_has_name_data_and_time_to_the_microsecond()
    {
        var happened = Parse(RealMessages.Panic).Event!;

        Assert.Equal("GUEST_PANICKED", happened.Name);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1764000000).AddMicroseconds(123456), happened.Timestamp);
        Assert.Equal(
            """{"action": "pause", "info": {"type": "hyper-v", "arg1": 18446744073709551615, "arg2": 0, "arg3": 0, "arg4": 0, "arg5": 0}}""",
            happened.Data.ToString());
    }

    [Fact]
    public void An_event_without_data_has_an_empty_object()
    {
        Assert.Equal(JsonText.EmptyObject, Parse("""{"event": "STOP"}""").Event!.Data);
    }

    [Theory]
    [InlineData("""{"seconds": -1, "microseconds": -1}""")]
    [InlineData("""{"seconds": 1, "microseconds": -1}""")]
    [InlineData("""{"seconds": 1, "microseconds": 1000000}""")]
    [InlineData("""{"seconds": 9223372036854775807, "microseconds": 0}""")]
    [InlineData("""{"seconds": 1}""")]
    [InlineData("{}")]
    public void A_time_that_is_none_is_null(string timestamp)
    {
        Assert.Null(Parse($$"""{"timestamp": {{timestamp}}, "event": "STOP"}""").Event!.Timestamp);
    }

    [Fact]
    public void The_last_second_of_year_9999_is_a_time()
    {
        var last = Parse("""{"timestamp": {"seconds": 253402300799, "microseconds": 999999}, "event": "STOP"}""").Event!.Timestamp;

        Assert.Equal(new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero).AddMicroseconds(999999), last);
    }

    [Fact]
    public void Members_come_in_any_order()
    {
        var happened = Parse("""{"data": {"a": 1}, "event": "X", "timestamp": {"microseconds": 7, "seconds": 1}}""").Event!;

        Assert.Equal(new QmpEvent("X", new JsonText("""{"a": 1}"""u8.ToArray()), DateTimeOffset.UnixEpoch.AddSeconds(1).AddMicroseconds(7)), happened);
    }

    [Fact]
    public void Members_that_nobody_knows_are_passed_over()
    {
        var happened = Parse("""{"new": {"event": "NO", "data": [1, {}]}, "event": "X", "timestamp": {"seconds": 1, "zone": [], "microseconds": 0}, "last": null}""");

        Assert.Equal("X", happened.Event!.Name);
        Assert.NotNull(happened.Event.Timestamp);
        Assert.Equal(JsonText.EmptyObject, happened.Event.Data);
    }

    [Fact]
    public void What_was_returned_is_not_replaced_by_a_member_called_data()
    {
        Assert.Equal("1", Parse("""{"return": 1, "data": 2, "id": "a"}""").Return.ToString());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("18446744073709551615")]
    [InlineData("-0.10e+3")]
    [InlineData("null")]
    [InlineData("""{"b": "\u00e9\n", "a": [1.0, 1.00]}""")]
    public void What_was_returned_stays_as_it_was_spelled(string value)
    {
        var message = Parse($$"""{"return": {{value}}, "id": "7"}""");

        Assert.Equal((QmpMessageKind.Return, "7", value), (message.Kind, message.Id, message.Return.ToString()));
    }

    [Theory]
    [InlineData("7", "7")]
    [InlineData("null", "null")]
    [InlineData("""{"a":  1}""", """{"a":  1}""")]
    [InlineData("\"\\u0061\"", "a")]
    public void An_id_may_be_any_value(string id, string read)
    {
        Assert.Equal(read, Parse($$$"""{"id": {{{id}}}, "return": {}}""").Id);
    }

    [Fact]
    public void An_error_has_class_and_words()
    {
        var error = Parse("""{"id": "x", "error": {"desc": "say \"no\"", "more": 1, "class": "CommandNotFound"}}""");

        Assert.Equal((QmpMessageKind.Error, "x", "CommandNotFound", "say \"no\""), (error.Kind, error.Id, error.ErrorClass, error.ErrorDescription));
    }

    [Fact]
    public void An_error_may_lack_id_class_and_words()
    {
        var error = Parse("""{"error": {}}""");

        Assert.Equal((QmpMessageKind.Error, null, "GenericError", ""), (error.Kind, error.Id, error.ErrorClass, error.ErrorDescription));
    }

    [Fact]
    public void A_name_in_escapes_is_the_same_name()
    {
        Assert.Equal("X", Parse("""{"\u0065vent": "\u0058"}""").Event!.Name);
    }

    [Fact]
    public void A_payload_over_several_lines_becomes_one_line()
    {
        Assert.Equal("""{"guest":false,"reason":"host-qmp-quit"}""", Parse(RealMessages.Pretty).Event!.Data.ToString());
    }

    private static QmpMessage Parse(string text) => QmpMessage.Parse(Reads.Sequence([Encoding.UTF8.GetBytes(text)]));
}
