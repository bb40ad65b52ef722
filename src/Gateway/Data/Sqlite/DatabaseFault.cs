namespace Gateway.Data.Sqlite;

/// <summary>The kind of a failure: SQLite's result code (https://www.sqlite.org/rescode.html). Only those that the gateway tells apart have a name.</summary>
internal enum DatabaseFault
{
    /// <summary>Another connection holds the file.</summary>
    Busy = 5,

    /// <summary>The file cannot be written.</summary>
    ReadOnly = 8,

    /// <summary>The content of the file is damaged.</summary>
    Corrupt = 11,

    /// <summary>The disk is full.</summary>
    Full = 13,

    /// <summary>The file cannot be opened.</summary>
    CannotOpen = 14,

    /// <summary>The file is not a database.</summary>
    NotADatabase = 26,
}
