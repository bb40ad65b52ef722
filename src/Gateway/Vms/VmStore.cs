using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Configuration;
using Qmp;

namespace Gateway.Vms;

/// <summary>What of the VMs outlives the gateway: those of the API, and which ones there were.</summary>
/// <param name="path">The file, replaced whole at each change.</param>
internal sealed class VmStore(string path)
{
    /// <summary>Reads the file; nothing where there is none yet.</summary>
    /// <exception cref="ConfigurationException">The file is damaged, or may not be read.</exception>
    public StoredVms Load()
    {
        if (!File.Exists(path))
        {
            return new StoredVms();
        }

        try
        {
            using var file = File.OpenRead(path);
            var stored = JsonSerializer.Deserialize(file, VmStoreJson.Default.StoredVms) ?? throw new JsonException("it holds null");
            return stored.Vms.FirstOrDefault(static vm => !QmpEndpoint.TryParse(vm.Value?.Endpoint, out _)) is { Key: { } id }
                ? throw new JsonException($"'{stored.Vms[id]?.Endpoint}', the endpoint of {id}, is none")
                : stored;
        }
        catch (Exception unseen) when (unseen is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path}, which holds the VMs of the API, cannot be read: {unseen.Message}");
        }
        catch (JsonException damage)
        {
            throw new ConfigurationException($"{path}, which holds the VMs of the API, is damaged ({damage.Message}); move it aside to start without them");
        }
    }

    /// <summary>Replaces the file, once the new one's content is on disk: whatever happens, one of the two is there whole.</summary>
    public void Save(StoredVms vms)
    {
        var next = path + ".new";
        using (var file = DataDirectory.Open(next, FileMode.Create, FileShare.None))
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
