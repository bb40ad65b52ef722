using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>Why an s390 processor counts as crashed. (QAPI: S390CrashReason, since 2.12)</summary>
/// <param name="Value">The value as QEMU sends it.</param>
[JsonConverter(typeof(QapiEnumConverter<S390CrashReason>))]
public readonly record struct S390CrashReason(string Value) : IQapiEnum<S390CrashReason>
{
    /// <summary>No reason was recorded. (QAPI: unknown)</summary>
    public static S390CrashReason Unknown { get; } = new("unknown");

    /// <summary>The processor waits with interrupts disabled, so nothing can wake it. (QAPI: disabled-wait)</summary>
    public static S390CrashReason DisabledWait { get; } = new("disabled-wait");

    /// <summary>
    /// The new PSW of a timer or clock comparator interrupt enables external interrupts, so the interrupt would repeat forever. (QAPI: extint-loop)
    /// </summary>
    public static S390CrashReason ExtintLoop { get; } = new("extint-loop");

    /// <summary>The new PSW of a program interrupt is invalid. (QAPI: pgmint-loop)</summary>
    public static S390CrashReason PgmintLoop { get; } = new("pgmint-loop");

    /// <summary>The new program PSW of an operation exception also points to an invalid instruction. (QAPI: opint-loop)</summary>
    public static S390CrashReason OpintLoop { get; } = new("opint-loop");

    /// <inheritdoc/>
    public static IReadOnlyList<S390CrashReason> Known { get; } = [Unknown, DisabledWait, ExtintLoop, PgmintLoop, OpintLoop];

    /// <inheritdoc/>
    public static S390CrashReason Of(string value) => new(value);

    /// <summary>The value as QEMU sends it.</summary>
    public override string ToString() => Value ?? "";
}
