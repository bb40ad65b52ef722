using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QmpGateway.Contracts;

/// <summary>What a VM is doing, as QEMU reports it. (QAPI: StatusInfo)</summary>
[JsonConverter(typeof(VmStatusConverter))]
public sealed record VmStatus
{
    /// <summary>Whether the virtual processors may run.</summary>
    public required bool Running { get; init; }

    /// <summary>Whether the processors run step by step; null from QEMU 9.0 on, which no longer reports it.</summary>
    public bool? Singlestep { get; init; }

    /// <summary>The run state.</summary>
    public required VmRunState Status { get; init; }

    /// <summary>The members that this type has no property for, by their QAPI names.</summary>
    public IReadOnlyDictionary<string, JsonElement> OtherMembers { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>QEMU's own text, which the gateway passes on; null elsewhere.</summary>
    internal JsonElement? Verbatim { get; private init; }

    /// <summary>Whether both have the same members with the same values.</summary>
    public bool Equals(VmStatus? other) =>
        other is not null && Running == other.Running && Singlestep == other.Singlestep && Status == other.Status &&
        OtherMembers.Count == other.OtherMembers.Count &&
        OtherMembers.All(member => other.OtherMembers.TryGetValue(member.Key, out var value) && JsonElement.DeepEquals(member.Value, value));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Running, Singlestep, Status, OtherMembers.Count);

    /// <summary>Reads QEMU's <c>StatusInfo</c>.</summary>
    /// <exception cref="JsonException">It is not an object with a flag <c>running</c> and a string <c>status</c>.</exception>
    internal static VmStatus Read(JsonElement json)
    {
        bool? running = null, singlestep = null;
        string? status = null;
        var others = new Dictionary<string, JsonElement>();
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in json.EnumerateObject())
            {
                switch (member.Name, member.Value.ValueKind)
                {
                    case ("running", JsonValueKind.True or JsonValueKind.False):
                        running = member.Value.GetBoolean();
                        break;
                    case ("singlestep", JsonValueKind.True or JsonValueKind.False):
                        singlestep = member.Value.GetBoolean();
                        break;
                    case ("status", JsonValueKind.String):
                        status = member.Value.GetString();
                        break;
                    default:
                        others[member.Name] = member.Value;
                        break;
                }
            }
        }

        return new VmStatus
        {
            Running = running ?? throw new JsonException("A status must have a member 'running' that is true or false."),
            Singlestep = singlestep,
            Status = new VmRunState(status ?? throw new JsonException("A status must have a member 'status' that is a string.")),
            OtherMembers = others,
        };
    }

    /// <summary>Reads QEMU's <c>StatusInfo</c>, and keeps its text for writing.</summary>
    internal static VmStatus PassOn(JsonElement json) => Read(json) with { Verbatim = json };
}

/// <summary>Reads and writes a <see cref="VmStatus"/>. Public only for the code that JSON source generators write.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class VmStatusConverter : JsonConverter<VmStatus>
{
    /// <inheritdoc/>
    public override VmStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => VmStatus.Read(JsonElement.ParseValue(ref reader));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, VmStatus value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        if (value.Verbatim is { } json)
        {
            json.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("status", value.Status.Value);
        if (value.Singlestep is { } singlestep)
        {
            writer.WriteBoolean("singlestep", singlestep);
        }

        writer.WriteBoolean("running", value.Running);
        foreach (var (name, member) in value.OtherMembers)
        {
            writer.WritePropertyName(name);
            member.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
