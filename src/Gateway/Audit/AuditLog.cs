using System.Text.Json;
using Gateway.Configuration;
using Gateway.Contracts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Gateway.Audit;

/// <summary>
/// The audit log: <c>audit.jsonl</c> in the data directory, one JSON object a line, and <c>audit.1.jsonl</c> and on for the older ones. A record
/// is in the file before its request is answered. Where the disk takes none, commands go on, and up to 10,000 records wait for it.
/// </summary>
public sealed partial class AuditLog : IDisposable
{
    private const int MaxWaiting = 10_000;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly string directory;
    private readonly AuditOptions options;
    private readonly JsonSerializerOptions json;
    private readonly ILogger<AuditLog> logger;
    private readonly Lock sync = new();
    private readonly Queue<byte[]> waiting = new();
    private readonly ITimer retry;
    private FileStream? file;
    private long dropped;

    /// <summary>Begins, or goes on with, the log of a data directory.</summary>
    public AuditLog(DataDirectory directory, GatewayOptions options, IOptions<JsonOptions> json, TimeProvider time, ILogger<AuditLog> logger)
    {
        this.directory = directory.Path;
        this.options = options.Audit;
        this.json = json.Value.JsonSerializerOptions;
        this.logger = logger;
        retry = time.CreateTimer(_ => Retry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What keeps the log from being written, and what to do; null while nothing does.</summary>
    public string? Trouble { get; private set; }

    /// <summary>The files, newest first.</summary>
    public IEnumerable<string> Files => Enumerable.Range(0, options.Files).Select(PathOf).TakeWhile(File.Exists);

    /// <summary>Writes a record down.</summary>
    public void Add(AuditRecord record)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(record, json), (byte)'\n'];
        lock (sync)
        {
            waiting.Enqueue(line);
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
            // A try that is under way finds nothing to do.
            Trouble = null;
        }
    }

    // Without a record that comes: what waits is to be written, and the gateway ready, as soon as there is room.
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
                LogWritable(dropped);
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
            if (file.Position > 0 && file.Position + line.Length > options.FileBytes)
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
                // Half a line on a full disk would spoil the next one.
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
            // A line that a kill cut off is none, and ends here.
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
        File.Delete(PathOf(options.Files - 1));
        for (var i = options.Files - 2; i >= 0; i--)
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
        while (waiting.Count > MaxWaiting)
        {
            waiting.Dequeue();
            dropped++;
        }

        if (Trouble is null)
        {
            LogUnwritable(failure);
        }

        Trouble = $"the audit log cannot be written: {failure.Message} (Gateway:DataDirectory: free space there, or make it writable); {waiting.Count} records wait";
    }

    private string PathOf(int age) => Path.Combine(directory, age == 0 ? "audit.jsonl" : $"audit.{age}.jsonl");

    [LoggerMessage(60, LogLevel.Error, "The audit log cannot be written; records wait in memory. Free space in Gateway:DataDirectory, or make it writable.")]
    private partial void LogUnwritable(Exception failure);

    [LoggerMessage(61, LogLevel.Warning, "The audit log is written again; {Dropped} records are missing from it.")]
    private partial void LogWritable(long dropped);
}
