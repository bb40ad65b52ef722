using System.Globalization;
using Gateway.Journal;
using Xunit;

namespace Gateway.Tests.Journal;

public sealed class CursorTests : IDisposable
{
    private readonly TestJournal test = new();

    private EventJournal Journal => test.Journal;

    public void Dispose() => test.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1042)]
    [InlineData(long.MaxValue)]
    public void What_is_written_is_read(long id) => Assert.Equal(id, Cursors.Read(Cursors.Write(id)));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("01")]
    [InlineData("00")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("-0")]
    [InlineData("1.0")]
    [InlineData("1e1")]
    [InlineData("0x1")]
    [InlineData("1,000")]
    [InlineData("١")]
    [InlineData("1\0")]
    [InlineData("START")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999999999999999999")]
    public void Another_spelling_is_no_cursor(string text)
    {
        test.AppendMany(2);

        Assert.Throws<UnknownCursorException>(() => Cursors.Read(text));
        Assert.Throws<UnknownCursorException>(() => Journal.Resolve(EventFilter.All, text));
    }

    [Fact]
    public void Start_is_the_oldest_kept_and_an_id_is_itself()
    {
        test.AppendMany(3);

        Assert.Equal(0, Journal.Resolve(EventFilter.All, "start"));
        Assert.Equal(0, Journal.Resolve(EventFilter.All, "0"));
        Assert.Equal(2, Journal.Resolve(EventFilter.All, "2"));
        Assert.Equal(Journal.Head, Journal.Resolve(EventFilter.All, Journal.Head.ToString(CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("4")]
    [InlineData("9223372036854775807")]
    public void An_id_never_given_is_unknown(string text)
    {
        test.AppendMany(3);

        var refusal = Assert.Throws<UnknownCursorException>(() => Journal.Resolve(EventFilter.All, text));

        Assert.Contains($"'{text}'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_after_the_head_finds_nothing_and_stays_there()
    {
        test.AppendMany(3);

        var batch = await Journal.ReadAsync(EventFilter.All, 3, 10, TestJournal.Cancelled);

        Assert.Empty(batch.Entries);
        Assert.Equal(3, batch.Cursor);
    }

    [Fact]
    public async Task A_cursor_before_an_entry_on_its_way_is_not_moved_back()
    {
        using var other = test.Beside();
        other.Execute("BEGIN IMMEDIATE");
        var id = test.Append();

        Journal.Validate(EventFilter.All, id);
        var batch = await Journal.ReadAsync(EventFilter.All, id, 10, TestJournal.Cancelled);

        Assert.Empty(batch.Entries);
        Assert.Equal(id, batch.Cursor);
        other.Execute("ROLLBACK");
    }
}
