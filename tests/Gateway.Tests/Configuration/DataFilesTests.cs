using Gateway.Data.Sqlite;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Gateway.Tests.Configuration;

/// <summary>What a kill in the middle of a checkpoint leaves is whole; what is short of pages for good is damaged.</summary>
public sealed class DataFilesTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("files-");

    private string Database => Path.Combine(directory.FullName, "test.db");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void A_file_whose_missing_pages_are_in_the_log_is_whole()
    {
        LeaveCheckpointUnfinished();
        DataFiles.Check(Database);
        Assert.Equal("ok", Ask("PRAGMA integrity_check"));
        Assert.Equal(500L, Ask("SELECT count(*) FROM t"));
    }

    [Fact]
    public void One_whose_log_is_gone_is_damaged()
    {
        LeaveCheckpointUnfinished();
        File.Delete(Database + "-wal");
        Assert.Contains("bytes instead of", Assert.Throws<InvalidDataException>(() => DataFiles.Check(Database)).Message);
    }

    [Fact]
    public void One_whose_log_ends_early_is_damaged()
    {
        LeaveCheckpointUnfinished();
        using (var log = File.OpenWrite(Database + "-wal"))
        {
            log.SetLength(log.Length / 2);
        }

        Assert.Throws<InvalidDataException>(() => DataFiles.Check(Database));
    }

    [Fact]
    public void One_whose_log_is_of_an_earlier_round_is_damaged()
    {
        LeaveCheckpointUnfinished();
        using (var log = File.OpenWrite(Database + "-wal"))
        {
            log.Position = 16;
            log.Write("other salt"u8[..8]);
        }

        Assert.Throws<InvalidDataException>(() => DataFiles.Check(Database));
    }

    [Fact]
    public void A_count_of_pages_beyond_all_measure_is_damage()
    {
        LeaveCheckpointUnfinished();
        using (var file = File.OpenWrite(Database))
        {
            file.Position = 28;
            file.Write([0xFF, 0xFF, 0xFF, 0xFF]);
        }

        Assert.Throws<InvalidDataException>(() => DataFiles.Check(Database));
    }

    /// <summary>SQLite copies pages from the log in their order, the first one with the new size in it: a kill leaves the first few.</summary>
    private void LeaveCheckpointUnfinished()
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t(x BLOB);");
        for (var i = 0; i < 500; i++)
        {
            Execute(connection, "INSERT INTO t VALUES (randomblob(1000))");
        }

        File.Copy(Database + "-wal", Database + ".log");
        Execute(connection, "PRAGMA wal_checkpoint(FULL)");
        connection.Close();
        using (var file = File.OpenWrite(Database))
        {
            file.SetLength(5 * 4096);
        }

        File.Move(Database + ".log", Database + "-wal", overwrite: true);
    }

    private object? Ask(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
