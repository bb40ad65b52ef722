namespace Gateway.Data;

/// <summary>The data directory cannot be written, so a request whose result must be stored was not executed.</summary>
public sealed class StorageException(string what, Exception cause)
    : Exception($"Nothing was done, because {what} cannot be written: {cause.Message.TrimEnd('.')}. Free space in Gateway:DataDirectory, or make it writable.", cause);
