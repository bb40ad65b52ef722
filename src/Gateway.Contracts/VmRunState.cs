using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QmpGateway.Contracts;

/// <summary>A run state of QEMU. An open set: a state that a newer QEMU adds is a value like any other. (QAPI: RunState)</summary>
/// <param name="Value">The state as QEMU spells it.</param>
[JsonConverter(typeof(VmRunStateConverter))]
public readonly record struct VmRunState(string Value)
{
    /// <summary>The guest is being debugged. (QAPI: debug)</summary>
    public static VmRunState Debug { get; } = new("debug");

    /// <summary>Waits for an incoming migration. (QAPI: inmigrate)</summary>
    public static VmRunState Inmigrate { get; } = new("inmigrate");

    /// <summary>An internal error has stopped the VM. (QAPI: internal-error)</summary>
    public static VmRunState InternalError { get; } = new("internal-error");

    /// <summary>A failed input or output operation has stopped the VM. (QAPI: io-error)</summary>
    public static VmRunState IoError { get; } = new("io-error");

    /// <summary>Paused by a command. (QAPI: paused)</summary>
    public static VmRunState Paused { get; } = new("paused");

    /// <summary>Paused after a successful migration to another QEMU. (QAPI: postmigrate)</summary>
    public static VmRunState Postmigrate { get; } = new("postmigrate");

    /// <summary>Has not started, because QEMU was started with <c>-S</c>. (QAPI: prelaunch)</summary>
    public static VmRunState Prelaunch { get; } = new("prelaunch");

    /// <summary>Paused to finish a migration. (QAPI: finish-migrate)</summary>
    public static VmRunState FinishMigrate { get; } = new("finish-migrate");

    /// <summary>Paused to restore a snapshot. (QAPI: restore-vm)</summary>
    public static VmRunState RestoreVm { get; } = new("restore-vm");

    /// <summary>Runs. (QAPI: running)</summary>
    public static VmRunState Running { get; } = new("running");

    /// <summary>Paused to save a snapshot. (QAPI: save-vm)</summary>
    public static VmRunState SaveVm { get; } = new("save-vm");

    /// <summary>The guest has shut down, and <c>-no-shutdown</c> keeps QEMU. (QAPI: shutdown)</summary>
    public static VmRunState Shutdown { get; } = new("shutdown");

    /// <summary>The guest sleeps (ACPI S3). (QAPI: suspended)</summary>
    public static VmRunState Suspended { get; } = new("suspended");

    /// <summary>The watchdog's action has paused the VM. (QAPI: watchdog)</summary>
    public static VmRunState Watchdog { get; } = new("watchdog");

    /// <summary>The guest has panicked, and the panic action has paused the VM. (QAPI: guest-panicked)</summary>
    public static VmRunState GuestPanicked { get; } = new("guest-panicked");

    /// <summary>Paused to synchronize with its replica. (QAPI: colo)</summary>
    public static VmRunState Colo { get; } = new("colo");

    /// <summary>The state as QEMU spells it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>Reads and writes a <see cref="VmRunState"/>. Public only for the code that JSON source generators write.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class VmRunStateConverter : JsonConverter<VmRunState>
{
    /// <inheritdoc/>
    public override VmRunState Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? new VmRunState(reader.GetString()!) : throw new JsonException("A run state must be a string.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, VmRunState value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.ToString());
    }
}
