using System.Text;
using Xunit;

namespace QmpGateway.Qmp.Tests.Protocol;

public class QmpFramingTests
{
    private static readonly byte[] Stream = Encoding.UTF8.GetBytes(string.Concat(RealMessages.All.Select(static message => message + "\r\n")));

    [Fact]
    public void Every_single_cut_of_real_messages_gives_the_same_messages()
    {
        for (var cut = 0; cut <= Stream.Length; cut++)
        {
            var twoReads = new Reads().Arrive(Stream[..cut]).Arrive(Stream[cut..]);
            Assert.Equal(RealMessages.All, twoReads.Messages);
            Assert.Equal(0, twoReads.Unread);

            Assert.Equal(RealMessages.All, new Reads().Arrive([Stream[..cut], Stream[cut..]]).Messages);
        }
    }

    [Fact]
    public void Byte_by_byte_gives_the_same_messages()
    {
        var reads = new Reads();
        foreach (var b in Stream)
        {
            reads.Arrive([b]);
        }

        Assert.Equal(RealMessages.All, reads.Messages);
    }

    [Fact]
    public void A_message_is_taken_at_its_last_byte_without_waiting_for_the_line_end()
    {
        Assert.Equal(["""{"return": {}}"""], new Reads().Arrive("""{"return": {}}""").Messages);
    }

    [Fact]
    public void White_space_is_consumed_while_waiting()
    {
        var reads = new Reads().Arrive("\r\n \t\r\n");

        Assert.Empty(reads.Messages);
        Assert.Equal(0, reads.Unread);
    }

    [Fact]
    public void Messages_need_nothing_between_them()
    {
        Assert.Equal(["{}", """{"a":1}""", "{}"], new Reads().Arrive("""{}{"a":1}{}""").Messages);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("[1]")]
    [InlineData("\"text\"")]
    [InlineData("}")]
    [InlineData("\0{}")]
    [InlineData("\uFEFF{}")]
    [InlineData("\u001b[31m(qemu) ")]
    public void What_does_not_start_with_a_brace_is_refused(string text)
    {
        Assert.Throws<QmpProtocolException>(() => new Reads().Arrive("\r\n" + text));
    }

    [Fact]
    public void Garbage_between_messages_is_refused_after_the_messages_before_it()
    {
        var reads = new Reads();

        Assert.Throws<QmpProtocolException>(() => reads.Arrive("{}\r\n{} ,{}"));
        Assert.Equal(["{}", "{}"], reads.Messages);
    }

    [Fact]
    public void Garbage_is_shown_in_print_and_cut_short()
    {
        var refused = Assert.Throws<QmpProtocolException>(() => new Reads().Arrive("SSH-2.0\r\n\u001b" + new string('x', 100)));

        Assert.Equal($"the received data is not QMP: SSH-2.0...{new string('x', 22)}", refused.Message);
    }

    [Fact]
    public void A_message_of_just_the_limit_passes_and_one_byte_more_is_refused()
    {
        const string text = """{"a": "bcd"}""";

        Assert.Single(new Reads(text.Length).Arrive(text + text).Messages[..1]);
        Assert.Throws<QmpProtocolException>(() => new Reads(text.Length - 1).Arrive(text));
    }

    [Fact]
    public void A_message_that_has_no_end_is_refused_at_the_limit_however_it_arrives()
    {
        var reads = new Reads(1000).Arrive("{\"a\": \"");
        for (var bytes = 7; bytes < 1000; bytes++)
        {
            reads.Arrive("x");
        }

        Assert.Throws<QmpProtocolException>(() => reads.Arrive("x"));
    }

    [Fact]
    public void The_limit_is_for_each_message_not_for_all()
    {
        var reads = new Reads(20);
        for (var i = 0; i < 100; i++)
        {
            reads.Arrive("{\"return\": {}}\r\n");
        }

        Assert.Equal(100, reads.Messages.Count);
    }
}
