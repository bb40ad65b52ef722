using Gateway.Data;
using Gateway.Data.Sqlite;
using QmpGateway.Qmp;

namespace Gateway.Journal;

/// <summary>
/// The journal's files under their names. One that is removed can still be written to, which keeps nothing: SQLite does not look, and its readers would
/// make others.
/// </summary>
internal sealed class JournalFiles
{
    private readonly KeyValuePair<string, string>[] births;

    /// <param name="database">A database that is open.</param>
    public JournalFiles(string database) =>
        births = [.. DataFiles.All(database).Append(JournalIds.PathOf(database))
            .SelectMany(static path => UnixFile.Look(path) is { } file ? [KeyValuePair.Create(path, file.Birth)] : Array.Empty<KeyValuePair<string, string>>())];

    /// <summary>Says which one is not where it was; null where all are.</summary>
    public IOException? Gone() =>
        births.FirstOrDefault(static file => UnixFile.Look(file.Key)?.Birth != file.Value) is { Key: { } path } ? new JournalFileGoneException(Path.GetFileName(path)) : null;
}

/// <summary>A file of the journal was removed, or replaced, while the gateway ran.</summary>
internal sealed class JournalFileGoneException(string name) : IOException($"{name} was removed from Gateway:DataDirectory, or replaced there, while the gateway ran"), IAdvice
{
    public string Advice => "put it back, or restart the gateway, which goes on with what is there";
}
