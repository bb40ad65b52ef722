using Gateway.Data.Sqlite;
using Gateway.Journal;
using Xunit;

namespace Gateway.Tests.Journal;

/// <summary>Files that are removed, or replaced, while the gateway runs: what is written to them is kept nowhere.</summary>
public sealed class RemovedFilesTests : IDisposable
{
    private readonly TestJournal test = new();

    public void Dispose() => test.Dispose();

    [Theory]
    [InlineData("journal.db")]
    [InlineData("journal.db-wal")]
    [InlineData("journal.db-shm")]
    [InlineData("journal.ids")]
    [InlineData("")]
    public void Events_wait_until_they_are_put_back(string name)
    {
        test.AppendMany(3);
        Assert.Null(test.Journal.Trouble);
        var path = Path.Combine(test.Directory, name).TrimEnd('/');
        Directory.Move(path, path + ".away");

        // Nobody has to write for that.
        Assert.Contains("0 events cannot be written", test.Journal.Trouble, StringComparison.Ordinal);
        Assert.Contains($"{(name.Length == 0 ? "journal.db" : name)} was removed from Gateway:DataDirectory", test.Journal.Trouble, StringComparison.Ordinal);
        Assert.Contains("Put it back, or restart the gateway", test.Journal.Trouble, StringComparison.Ordinal);
        Assert.DoesNotContain(test.Directory, test.Journal.Trouble, StringComparison.Ordinal);
        test.Append();
        TestJournal.Until(() => test.Log.Lines.Any(static line => line.Contains("events wait in memory", StringComparison.Ordinal)));
        Assert.Contains("1 events cannot be written", test.Journal.Trouble, StringComparison.Ordinal);
        Assert.Equal(3, test.Journal.Head);

        Directory.Move(path + ".away", path);
        test.WaitVisible();
        TestJournal.Until(() => test.Journal.Trouble is null);
        Assert.Equal(4, test.Journal.Head);
    }

    [Fact]
    public void A_file_put_in_the_place_of_another_is_not_taken_for_it_and_reading_makes_none()
    {
        test.AppendMany(3);
        var away = test.Database + ".away";
        File.Move(test.Database, away);
        Assert.Throws<DatabaseException>(() => test.Journal.OldestReceivedAt());
        Assert.False(File.Exists(test.Database));
        File.Copy(away, test.Database);

        Assert.Contains("or replaced there", test.Journal.Trouble, StringComparison.Ordinal);
        File.Move(away, test.Database, overwrite: true);
        Assert.Null(test.Journal.Trouble);
    }

    [Fact]
    public void The_log_tells_it_also_where_nothing_is_written()
    {
        test.AppendMany(3);
        File.Move(test.Database, test.Database + ".away");

        test.Time.Advance(JournalRetention.AgeCheckInterval);

        TestJournal.Until(() => test.Log.Lines.Any(static line => line.Contains("was removed", StringComparison.Ordinal)));
        File.Move(test.Database + ".away", test.Database);
    }
}
