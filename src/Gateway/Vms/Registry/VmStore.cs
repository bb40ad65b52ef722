using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Data;
using Gateway.Data.Sqlite;
using Gateway.Settings;
using QmpGateway.Qmp;

namespace Gateway.Vms.Registry;

/// <summary>What of the VMs outlives the gateway: those of the API, and which ones there were.</summary>
/// <param name="path">The file, replaced whole at each change.</param>
internal sealed class VmStore(string path)
{
    /// <summary>The file's name in the data directory.</summary>
    public const string FileName = "vms.json";

    /// <summary>The VMs' store in a data directory.</summary>
    public static VmStore In(DataDirectory data) => new(Path.Combine(data.Path, FileName));

    /// <summary>Reads the file; nothing where there is none yet.</summary>
    /// <exception cref="ConfigurationException">The file is damaged, or may not be read.</exception>
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
            throw DataFiles.Refusal("the registry of VMs", path, failure);
        }
    }

    /// <summary>Moves the file aside where it is damaged; answers its new name, or null where it is not.</summary>
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

    /// <summary>Replaces the file, once the new one's content is on disk: whatever happens, one of the two is there whole.</summary>
    public void Save(StoredVms vms)
    {
        try
        {
            var next = path + ".new";
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
            throw new StorageException("the registry of VMs", unwritable);
        }
    }

    /// <summary>Writes a VM of the API down, or crosses it out; what cannot be written is not so.</summary>
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

    private StoredVms Read()
    {
        if (Directory.Exists(path))
        {
            throw new InvalidDataException("it is a directory");
        }

        try
        {
            using var file = File.OpenRead(path);
            var stored = JsonSerializer.Deserialize(file, VmStoreJson.Default.StoredVms) ?? throw new JsonException("it holds null");
            return stored.Vms.FirstOrDefault(static vm => !QmpEndpoint.TryParse(vm.Value?.Endpoint, out _)) is { Key: { } id }
                ? throw new JsonException($"'{stored.Vms[id]?.Endpoint}', the endpoint of {id}, is none")
                : stored;
        }
        catch (JsonException damage)
        {
            throw new InvalidDataException(damage.Message, damage);
        }
    }
}

/// <summary>The file's content.</summary>
internal sealed record StoredVms
{
    /// <summary>VMs of the API.</summary>
    public SortedDictionary<string, StoredVm> Vms { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Every VM that the journal calls known, and who named it.</summary>
    public SortedDictionary<string, VmSource> Known { get; init; } = new(StringComparer.Ordinal);

    /// <summary>How the journal described them last.</summary>
    public SortedDictionary<string, StoredVm> Told { get; init; } = new(StringComparer.Ordinal);
}

/// <summary>One VM of the API.</summary>
internal sealed record StoredVm(string Endpoint, SortedDictionary<string, string> Labels, SetActionArguments? Actions = null)
{
    public static StoredVm From(VmDefinition vm) =>
        new(vm.Endpoint.ToString(), new SortedDictionary<string, string>(vm.Labels, StringComparer.Ordinal), vm.Actions);

    public VmDefinition Define(string id) => new(id, QmpEndpoint.Parse(Endpoint), VmSource.Api, VmDefinition.Sorted(Labels), Actions);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StoredVms))]
internal sealed partial class VmStoreJson : JsonSerializerContext;
