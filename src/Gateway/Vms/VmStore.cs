using System.Text.Json;
using System.Text.Json.Serialization;
using Qmp;

namespace Gateway.Vms;

/// <summary>What of the VMs outlives the gateway: those of the API, and which ones there were.</summary>
/// <param name="path">The file, replaced whole at each change.</param>
internal sealed class VmStore(string path)
{
    /// <summary>Reads the file; nothing where there is none yet.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public StoredVms Load()
    {
        if (!File.Exists(path))
        {
            return new StoredVms();
        }

        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, VmStoreJson.Default.StoredVms) ?? throw new JsonException("it holds null");
        }
        catch (JsonException damage)
        {
            throw new InvalidDataException($"{path}, which holds the VMs of the API, is damaged ({damage.Message}); move it aside to start without them", damage);
        }
    }

    /// <summary>Replaces the file; on disk when it returns.</summary>
    public void Save(StoredVms vms)
    {
        var next = path + ".new";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, vms, VmStoreJson.Default.StoredVms);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }
}

/// <summary>The file's content.</summary>
internal sealed record StoredVms
{
    /// <summary>VMs of the API.</summary>
    public SortedDictionary<string, StoredVm> Vms { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Every VM that the journal calls known, and who named it.</summary>
    public SortedDictionary<string, VmSource> Known { get; init; } = new(StringComparer.Ordinal);
}

/// <summary>One VM of the API.</summary>
internal sealed record StoredVm(string Endpoint, SortedDictionary<string, string> Labels, SetActionArguments? Actions)
{
    public static StoredVm From(VmDefinition vm) =>
        new(vm.Endpoint.ToString(), new SortedDictionary<string, string>(vm.Labels, StringComparer.Ordinal), vm.Actions);

    public VmDefinition Define(string id) => new(id, QmpEndpoint.Parse(Endpoint), VmSource.Api, VmDefinition.Sorted(Labels), Actions);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredVms))]
internal sealed partial class VmStoreJson : JsonSerializerContext;
