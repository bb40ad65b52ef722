using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>
/// The interface through which a guest reported its panic. It decides which members the report has. (QAPI: GuestPanicInformationType, since 2.9)
/// </summary>
/// <param name="Value">The value as QEMU sends it.</param>
[JsonConverter(typeof(QapiEnumConverter<GuestPanicInformationType>))]
public readonly record struct GuestPanicInformationType(string Value) : IQapiEnum<GuestPanicInformationType>
{
    /// <summary>Hyper-V's crash registers: <see cref="GuestPanicInformationHyperV"/>. (QAPI: hyper-v)</summary>
    public static GuestPanicInformationType HyperV { get; } = new("hyper-v");

    /// <summary>The program status word of an s390 processor: <see cref="GuestPanicInformationS390"/>. (QAPI: s390, since 2.12)</summary>
    public static GuestPanicInformationType S390 { get; } = new("s390");

    /// <summary>A fatal error reported by an Intel TDX guest: <see cref="GuestPanicInformationTdx"/>. (QAPI: tdx, since 10.1)</summary>
    public static GuestPanicInformationType Tdx { get; } = new("tdx");

    /// <summary>A termination requested by an AMD SEV-ES guest: <see cref="GuestPanicInformationSev"/>. (QAPI: sev, since 11.0)</summary>
    public static GuestPanicInformationType Sev { get; } = new("sev");

    /// <inheritdoc/>
    public static IReadOnlyList<GuestPanicInformationType> Known { get; } = [HyperV, S390, Tdx, Sev];

    /// <inheritdoc/>
    public static GuestPanicInformationType Of(string value) => new(value);

    /// <summary>The value as QEMU sends it.</summary>
    public override string ToString() => Value ?? "";
}
