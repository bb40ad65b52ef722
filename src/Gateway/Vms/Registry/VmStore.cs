using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Data;
using Gateway.Data.Sqlite;
using Gateway.Settings;
using QmpGateway.Qmp;

namespace Gateway.Vms.Registry;

/// <summary>The registry file. It stores the VMs of the API, and which VMs the journal has reported.</summary>
/// <param name="path">The path of the file, which is replaced at each change.</param>
internal sealed class VmStore(string path)
{
    /// <summary>The file's name in the data directory.</summary>
    public const string FileName = "vms.json";

    /// <summary>Returns the store in a data directory.</summary>
    public static VmStore In(DataDirectory data) => new(Path.Combine(data.Path, FileName));

    /// <summary>Reads the file. Returns an empty registry if the file does not exist.</summary>
    /// <exception cref="ConfigurationException">The file is damaged or cannot be read.</exception>
    public StoredVms Load()
    {
        if (!Path.Exists(path))
        {
            return new StoredVms();
        }

        try
        {
            return Read();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw DataFiles.Refusal("The registry of VMs", path, failure);
        }
    }

    /// <summary>Moves the file aside if it is damaged. Returns its new name, or null if it is not damaged.</summary>
    public string? MoveAsideIfDamaged(DateTimeOffset now)
    {
        try
        {
            _ = Path.Exists(path) ? Read() : null;
            return null;
        }
        catch (InvalidDataException)
        {
            return DataFiles.MoveAside(path, now);
        }
    }

    /// <summary>Replaces the file after the new content is on disk, so that a crash always leaves a complete file.</summary>
    public void Save(StoredVms vms)
    {
        var next = path + ".new";
        try
        {
            using (var file = DataDirectory.Open(next, FileMode.Create, FileShare.None))
            {
                JsonSerializer.Serialize(file, vms, VmStoreJson.Default.StoredVms);
                file.Flush(flushToDisk: true);
            }

            File.Move(next, path, overwrite: true);
            DataFiles.SyncDirectory(path);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            Discard(next);
            throw new StorageException("the registry of VMs", unwritable);
        }
    }

    /// <summary>Stores a VM of the API, or removes it if <paramref name="vm"/> is null. If the file cannot be written, nothing changes.</summary>
    public void Put(StoredVms vms, string id, StoredVm? vm)
    {
        var before = vms.Vms.GetValueOrDefault(id);
        Set(vm);
        try
        {
            Save(vms);
        }
        catch
        {
            Set(before);
            throw;
        }

        void Set(StoredVm? value)
        {
            if (value is null)
            {
                vms.Vms.Remove(id);
            }
            else
            {
                vms.Vms[id] = value;
            }
        }
    }

    private static void Discard(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception undeletable) when (undeletable is IOException or UnauthorizedAccessException)
        {
            // The next change replaces it.
        }
    }

    private StoredVms Read()
    {
        if (Directory.Exists(path))
        {
            throw new InvalidDataException("the path is a directory");
        }

        try
        {
            using var file = File.OpenRead(path);
            var stored = JsonSerializer.Deserialize(file, VmStoreJson.Default.StoredVms) ?? throw new JsonException("its content is null");
            return stored.Vms.FirstOrDefault(static vm => !QmpEndpoint.TryParse(vm.Value?.Endpoint, out _)) is { Key: { } id }
                ? throw new JsonException($"'{stored.Vms[id]?.Endpoint}', the endpoint of {id}, is not an endpoint")
                : stored;
        }
        catch (JsonException damage)
        {
            throw new InvalidDataException(damage.Message, damage);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StoredVms))]
internal sealed partial class VmStoreJson : JsonSerializerContext;
