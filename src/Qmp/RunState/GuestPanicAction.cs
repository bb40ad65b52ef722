using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>What QEMU did about a guest's panic. (QAPI: GuestPanicAction, since 2.1)</summary>
/// <param name="Value">The value as QEMU sends it.</param>
[JsonConverter(typeof(QapiEnumConverter<GuestPanicAction>))]
public readonly record struct GuestPanicAction(string Value) : IQapiEnum<GuestPanicAction>
{
    /// <summary>QEMU stopped the VM. (QAPI: pause)</summary>
    public static GuestPanicAction Pause { get; } = new("pause");

    /// <summary>QEMU shuts the VM down. (QAPI: poweroff, since 2.8)</summary>
    public static GuestPanicAction Poweroff { get; } = new("poweroff");

    /// <summary>QEMU let the VM continue to run. (QAPI: run, since 5.0)</summary>
    public static GuestPanicAction Run { get; } = new("run");

    /// <inheritdoc/>
    public static IReadOnlyList<GuestPanicAction> Known { get; } = [Pause, Poweroff, Run];

    /// <inheritdoc/>
    public static GuestPanicAction Of(string value) => new(value);

    /// <summary>The value as QEMU sends it.</summary>
    public override string ToString() => Value ?? "";
}
