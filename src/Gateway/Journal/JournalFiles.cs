using Gateway.Data;
using Gateway.Data.Sqlite;
using QmpGateway.Qmp;

namespace Gateway.Journal;

/// <summary>
/// Checks that the journal's files still exist under their names. A removed file can still be written to, but the data is lost when it is closed. SQLite does
/// not check this.
/// </summary>
internal sealed class JournalFiles
{
    private readonly KeyValuePair<string, string>[] births;

    /// <param name="database">The path of the open database.</param>
    public JournalFiles(string database) =>
        births = [.. DataFiles.All(database).Append(JournalIds.PathOf(database))
            .SelectMany(static path => UnixFile.Look(path) is { } file ? [KeyValuePair.Create(path, file.Birth)] : Array.Empty<KeyValuePair<string, string>>())];

    /// <summary>Returns an exception that names a missing or replaced file; null if all files are in place.</summary>
    public IOException? Gone() =>
        births.FirstOrDefault(static file => UnixFile.Look(file.Key)?.Birth != file.Value) is { Key: { } path } ? new JournalFileGoneException(Path.GetFileName(path)) : null;
}

/// <summary>A file of the journal was removed or replaced while the gateway was running.</summary>
internal sealed class JournalFileGoneException(string name) : IOException($"{name} was removed from Gateway:DataDirectory, or replaced there, while the gateway was running"), IAdvice
{
    public string Advice => "Put it back, or restart the gateway to continue with the files that exist";
}
