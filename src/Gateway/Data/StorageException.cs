namespace Gateway.Data;

/// <summary>The data directory cannot be written, so a request whose result must be stored was not executed.</summary>
public sealed class StorageException(string what, Exception cause)
    : Exception($"{what} cannot be written, so nothing was done: {cause.Message} (Gateway:DataDirectory: free space there, or make it writable)", cause);
