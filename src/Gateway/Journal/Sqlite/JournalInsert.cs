using Gateway.Data.Sqlite;

namespace Gateway.Journal.Sqlite;

/// <summary>Inserts entries with a statement that is prepared once.</summary>
internal sealed class JournalInsert(Database database) : IDisposable
{
    private readonly Statement statement = database.Prepare("INSERT INTO events(id, vm, event, received, envelope, checksum) VALUES (?, ?, ?, ?, ?, ?)");

    /// <exception cref="DatabaseException">SQLite failed.</exception>
    public void Run(JournalEntry entry, DateTimeOffset receivedAt)
    {
        statement.Bind(1, entry.Id);
        statement.Bind(2, entry.Vm);
        statement.Bind(3, entry.Name);
        statement.Bind(4, receivedAt.UtcTicks);
        statement.Bind(5, entry.Envelope.Span);
        statement.Bind(6, entry.Checksum());
        statement.Run();
    }

    public void Dispose() => statement.Dispose();
}
