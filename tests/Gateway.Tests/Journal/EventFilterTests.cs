using System.Text;
using Gateway.Journal;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Journal;

public sealed class EventFilterTests
{
    private const string Data = """
        {"id":"job0","text":"a \"b\" é","true":true,"false":false,"null":null,"zero":0,"small":-12,"big":18446744073709551615,
         "float":1.50,"info":{"type":"hyper-v","arg1":9007199254740993,"deep":{"er":1}},"list":[1,2],"empty":"","a.b":1}
        """;

    [Fact]
    public void Everything_matches_a_filter_that_asks_nothing()
    {
        Assert.True(EventFilter.All.Matches(Entry()));
        Assert.True(new EventFilter([], [], []).Matches(Entry()));
    }

    [Theory]
    [InlineData("web1", "STOP", true)]
    [InlineData("web2", "STOP", true)]
    [InlineData("db1", "STOP", false)]
    [InlineData("web1", "RESET", true)]
    [InlineData("web1", "RESUME", false)]
    [InlineData("web1", "stop", false)]
    public void Any_of_the_vms_and_any_of_the_events_must_match(string vm, string name, bool expected)
    {
        var filter = new EventFilter([new VmPattern("web1"), new VmPattern("*2")], ["STOP", "RESET"]);

        Assert.Equal(expected, filter.Matches(vm, name));
        Assert.Equal(expected, filter.Matches(Entry(vm, name)));
    }

    [Theory]
    [InlineData("id", "job0")]
    [InlineData("text", "a \"b\" é")]
    [InlineData("empty", "")]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    [InlineData("null", "null")]
    [InlineData("zero", "0")]
    [InlineData("small", "-12")]
    [InlineData("big", "18446744073709551615")]
    [InlineData("float", "1.50")]
    [InlineData("info.type", "hyper-v")]
    [InlineData("info.arg1", "9007199254740993")]
    [InlineData("info.deep.er", "1")]
    public void A_member_of_the_payload_matches_its_value(string member, string value) => Assert.True(With((member, value)).Matches(Entry()));

    [Theory]
    [InlineData("id", "job1")]
    [InlineData("id", "JOB0")]
    [InlineData("id", "\"job0\"")]
    [InlineData("id", "job")]
    [InlineData("ID", "job0")]
    [InlineData("true", "True")]
    [InlineData("true", "1")]
    [InlineData("null", "")]
    [InlineData("big", "18446744073709551614")]
    [InlineData("big", "18446744073709552000")]
    [InlineData("info.arg1", "9007199254740992")]
    [InlineData("small", "12")]
    [InlineData("missing", "")]
    [InlineData("missing", "null")]
    [InlineData("id.type", "hyper-v")]
    [InlineData("info.missing", "hyper-v")]
    [InlineData("info.deep.er.still", "1")]
    [InlineData("list.0", "1")]
    [InlineData("null.type", "")]
    [InlineData("", "job0")]
    [InlineData(".", "")]
    public void Another_value_and_a_missing_member_do_not(string member, string value) => Assert.False(With((member, value)).Matches(Entry()));

    [Fact]
    public void All_members_asked_for_must_match()
    {
        Assert.True(With(("id", "job0"), ("info.type", "hyper-v")).Matches(Entry()));
        Assert.False(With(("id", "job0"), ("info.type", "s390")).Matches(Entry()));
        Assert.False(With(("id", "job0"), ("id", "job1")).Matches(Entry()));
    }

    [Fact]
    public void Vm_and_event_count_beside_the_payload()
    {
        var filter = new EventFilter([new VmPattern("web1")], ["STOP"], [new("id", "job0")]);

        Assert.True(filter.Matches(Entry()));
        Assert.False(filter.Matches(Entry("web2")));
        Assert.False(filter.Matches(Entry(name: "RESET")));
        Assert.True(filter.Matches("web1", "STOP"));
    }

    [Theory]
    [InlineData("web1", true)]
    [InlineData("web-*", true)]
    [InlineData("*", true)]
    [InlineData("-a_.0", true)]
    [InlineData("", false)]
    [InlineData("Web1", false)]
    [InlineData("web?", false)]
    [InlineData("web 1", false)]
    [InlineData("wéb", false)]
    [InlineData("a/b", false)]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890123", true)]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234", false)]
    public void A_pattern_has_an_ids_characters_and_stars(string text, bool valid)
    {
        Assert.Equal(valid, VmPattern.TryParse(text, out var pattern));
        Assert.Equal(text, pattern.Text);
    }

    [Theory]
    [InlineData("web1", "web1", true)]
    [InlineData("web1", "web11", false)]
    [InlineData("web1", "aweb1", false)]
    [InlineData("*", "x", true)]
    [InlineData("web-*", "web-", true)]
    [InlineData("web-*", "web-1", true)]
    [InlineData("web-*", "web1", false)]
    [InlineData("*-a", "web-a", true)]
    [InlineData("*-a", "web-ab", false)]
    [InlineData("w*b*1", "web-1", true)]
    [InlineData("w*b*1", "wb1", true)]
    [InlineData("w*b*1", "web-2", false)]
    [InlineData("**", "x", true)]
    [InlineData("a.b", "axb", false)]
    [InlineData("*.b", "a.b", true)]
    [InlineData("*.*", "ab", false)]
    public void A_star_stands_for_any_text_and_nothing_else_does(string pattern, string vm, bool expected) =>
        Assert.Equal(expected, new VmPattern(pattern).Matches(vm));

    private static EventFilter With(params (string Member, string Value)[] data) =>
        new(data: data.Select(static member => new KeyValuePair<string, string>(member.Member, member.Value)));

    private static JournalEntry Entry(string vm = "web1", string name = "STOP") =>
        JournalEntry.From(1, new NewEvent(vm, name, EventOrigin.Qemu, new JsonText(Encoding.UTF8.GetBytes(Data)), null), TestJournal.Now);
}
