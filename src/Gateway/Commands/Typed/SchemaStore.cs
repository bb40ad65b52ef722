using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Data;
using QmpGateway.Qmp;

namespace Gateway.Commands.Typed;

/// <summary>
/// Stores the schemas of QEMU builds in the data directory, and which run belongs to which build, so that the gateway does not have to query them again
/// after a restart. The directory can be deleted at any time.
/// </summary>
/// <param name="directory">The directory. It has a file for each build, and one for the runs.</param>
/// <param name="logger">Logs failed writes.</param>
public sealed partial class SchemaStore(string directory, ILogger<SchemaStore> logger) : IDisposable
{
    /// <summary>Its name in the data directory.</summary>
    public const string DirectoryName = "schemas";

    // The oldest entries are removed first.
    private const int MaxRuns = 10_000;
    private const int MaxBuilds = 50;
    private const int MaxBytes = 2 * 1024 * 1024;

    private readonly Lock sync = new();
    private OrderedDictionary<string, string>? runs;
    private bool closed;

    private string RunsFile => Path.Combine(directory, "runs.json");

    /// <summary>Returns the stored result of a run's <c>query-qmp-schema</c>; null if it is not stored or damaged.</summary>
    public JsonText? Find(string run)
    {
        lock (sync)
        {
            return Runs().TryGetValue(run, out var build) ? Read(build) : null;
        }
    }

    /// <summary>Stores the schema of a run. If that fails, the gateway queries the run again after a restart.</summary>
    public void Keep(string run, string build, JsonText returned)
    {
        lock (sync)
        {
            if (closed)
            {
                return;
            }

            try
            {
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                if (returned.Utf8.Length <= MaxBytes)
                {
                    if (Read(build) is null)
                    {
                        Replace(FileOf(build), file => file.Write(returned.Utf8.Span));
                    }

                    Note(run, build);
                    Replace(RunsFile, file => JsonSerializer.Serialize(file, Runs(), SchemaStoreJson.Default.Runs));
                }
            }
            catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
            {
                LogNotKept(directory, unwritable.Message);
            }
        }
    }

    /// <summary>Ends storing. QEMU may still answer after the gateway has released the data directory, which may belong to the next gateway by then.</summary>
    public void Dispose()
    {
        lock (sync)
        {
            closed = true;
        }
    }

    private void Note(string run, string build)
    {
        var known = Runs();
        known.Remove(run);
        known.Add(run, build);
        while (known.Count > MaxRuns || known.Values.Distinct().Count() > MaxBuilds)
        {
            var forgotten = known.GetAt(0).Value;
            known.RemoveAt(0);
            if (!known.ContainsValue(forgotten))
            {
                File.Delete(FileOf(forgotten));
            }
        }
    }

    private OrderedDictionary<string, string> Runs()
    {
        if (runs is null)
        {
            try
            {
                var read = JsonSerializer.Deserialize(File.ReadAllBytes(RunsFile), SchemaStoreJson.Default.Runs);
                runs = read is null || read.Values.Any(static build => build?.Contains('-') != true) ? null : read;
            }
            catch (Exception none) when (none is IOException or UnauthorizedAccessException or JsonException)
            {
                // The file does not exist or is damaged, so the gateway queries all runs again.
            }
        }

        return runs ??= [];
    }

    private JsonText? Read(string build)
    {
        try
        {
            var returned = new JsonText(File.ReadAllBytes(FileOf(build)));
            // A crash or another program may have changed the content.
            return QemuBuild.IdOf(build[..build.LastIndexOf('-')], returned) == build ? returned : null;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string FileOf(string build) => Path.Combine(directory, $"{build}.json");

    private static void Replace(string path, Action<FileStream> write)
    {
        using (var file = DataDirectory.Open($"{path}.new", FileMode.Create, FileShare.None))
        {
            write(file);
        }

        File.Move($"{path}.new", path, overwrite: true);
    }

    [LoggerMessage(64, LogLevel.Warning, "The schema of a QEMU cannot be stored in {Directory}: {Reason}. The gateway queries it again after its next start.")]
    private partial void LogNotKept(string directory, string reason);
}

[JsonSerializable(typeof(OrderedDictionary<string, string>), TypeInfoPropertyName = "Runs")]
internal sealed partial class SchemaStoreJson : JsonSerializerContext;
