using System.Text.Json;
using Gateway.Data;
using QmpGateway.Contracts;

namespace Gateway.Audit;

/// <summary>
/// Writes audit records to a file with one JSON object per line. The file is rotated by size: <c>name.jsonl</c> is the current one, <c>name.1.jsonl</c>
/// and so on are older. A record is in the file when <see cref="Add"/> returns. If the file cannot be written, records wait in memory, up to a limit.
/// </summary>
internal sealed partial class AuditFile : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    // A clock correction goes back by less than this. If the clock goes back further, somebody set it, and the records must show that.
    private static readonly TimeSpan Correction = TimeSpan.FromMinutes(1);

    private readonly string path;
    private readonly int files;
    private readonly int bytes;
    private readonly int maxWaiting;
    private readonly JsonSerializerOptions json;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Lock sync = new();
    private readonly Queue<byte[]> waiting = new();
    private readonly ITimer retry;
    private DateTimeOffset last;
    private FileStream? file;
    private long dropped;

    /// <param name="path">The path of the file, without its extension.</param>
    /// <param name="files">The number of files to keep.</param>
    /// <param name="bytes">The maximum size of each file in bytes.</param>
    /// <param name="maxWaiting">The maximum number of records that wait in memory.</param>
    /// <param name="json">The options to serialize records with.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Logs when writing starts to fail, and when it works again.</param>
    public AuditFile(string path, int files, int bytes, int maxWaiting, JsonSerializerOptions json, TimeProvider time, ILogger logger)
    {
        (this.path, this.files, this.bytes, this.maxWaiting, this.json, this.time, this.logger) = (path, files, bytes, maxWaiting, json, time, logger);
        retry = time.CreateTimer(_ => Retry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Why the file cannot be written, and what to do about it. Null if it can be written.</summary>
    public string? Trouble { get; private set; }

    /// <summary>The files, newest first.</summary>
    public IEnumerable<string> Files => Enumerable.Range(0, files).Select(PathOf).TakeWhile(File.Exists);

    /// <summary>Writes a record. Its time is set here, so that the records in the file are in chronological order.</summary>
    public void Add(AuditRecord record)
    {
        lock (sync)
        {
            waiting.Enqueue([.. JsonSerializer.SerializeToUtf8Bytes(record with { Time = Now() }, json), (byte)'\n']);
            TryWrite();
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        retry.Dispose();
        lock (sync)
        {
            file?.Dispose();
            // A retry that is waiting for the lock then does nothing.
            Trouble = null;
        }
    }

    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return last = now < last && last - now < Correction ? last : now;
    }

    // Does not wait for the next record: pending records are written, and the gateway is ready again, as soon as the disk has space.
    private void Retry()
    {
        lock (sync)
        {
            if (Trouble is not null)
            {
                TryWrite();
            }
        }
    }

    private void TryWrite()
    {
        try
        {
            Write();
            if (Trouble is not null)
            {
                Trouble = null;
                LogWritable(logger, file!.Name, dropped);
                dropped = 0;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Fail(failure);
            retry.Change(RetryInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private void Write()
    {
        file ??= Open();
        while (waiting.TryPeek(out var line))
        {
            if (file.Position > 0 && file.Position + line.Length > bytes)
            {
                Rotate();
            }

            var start = file.Position;
            try
            {
                file.Write(line);
            }
            catch (IOException)
            {
                // Removes the part of the line that was written before the disk was full. It would corrupt the next line.
                file.SetLength(start);
                throw;
            }

            waiting.Dequeue();
        }
    }

    private FileStream Open()
    {
        var opened = DataDirectory.Open(PathOf(0), FileMode.OpenOrCreate, FileShare.ReadWrite | FileShare.Delete);
        if (opened.Length > 0)
        {
            // If the gateway was killed while it wrote a line, a line break ends the incomplete line. Readers skip it.
            opened.Seek(-1, SeekOrigin.End);
            if (opened.ReadByte() != '\n')
            {
                opened.WriteByte((byte)'\n');
            }
        }

        return opened;
    }

    private void Rotate()
    {
        file?.Dispose();
        file = null;
        File.Delete(PathOf(files - 1));
        for (var i = files - 2; i >= 0; i--)
        {
            if (File.Exists(PathOf(i)))
            {
                File.Move(PathOf(i), PathOf(i + 1), overwrite: true);
            }
        }

        file = Open();
    }

    private void Fail(Exception failure)
    {
        file?.Dispose();
        file = null;
        while (waiting.Count > maxWaiting)
        {
            waiting.Dequeue();
            dropped++;
        }

        if (Trouble is null)
        {
            LogUnwritable(logger, failure, PathOf(0));
        }

        Trouble = $"The audit log cannot be written: {failure.Message.TrimEnd('.')}. {waiting.Count} records wait in memory. Free space in Gateway:DataDirectory, or make it writable.";
    }

    private string PathOf(int age) => age == 0 ? $"{path}.jsonl" : $"{path}.{age}.jsonl";

    [LoggerMessage(60, LogLevel.Error, "The audit log cannot be written ({File}), so records wait in memory. Free space in Gateway:DataDirectory, or make it writable.")]
    private static partial void LogUnwritable(ILogger logger, Exception failure, string file);

    [LoggerMessage(61, LogLevel.Warning, "The audit log can be written again ({File}). {Dropped} records are missing from it.")]
    private static partial void LogWritable(ILogger logger, string file, long dropped);
}
