using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>Why an s390 processor counts as crashed. (QAPI: S390CrashReason, since 2.12)</summary>
/// <param name="Value">The value as QEMU spells it.</param>
[JsonConverter(typeof(QapiEnumConverter<S390CrashReason>))]
public readonly record struct S390CrashReason(string Value) : IQapiEnum<S390CrashReason>
{
    /// <summary>No reason was recorded. (QAPI: unknown)</summary>
    public static S390CrashReason Unknown { get; } = new("unknown");

    /// <summary>It waits with interrupts disabled, so nothing can wake it. (QAPI: disabled-wait)</summary>
    public static S390CrashReason DisabledWait { get; } = new("disabled-wait");

    /// <summary>
    /// A timer or clock comparator interrupt whose new PSW takes external interrupts again: it would repeat for ever. (QAPI: extint-loop)
    /// </summary>
    public static S390CrashReason ExtintLoop { get; } = new("extint-loop");

    /// <summary>A program interrupt whose new PSW is invalid. (QAPI: pgmint-loop)</summary>
    public static S390CrashReason PgmintLoop { get; } = new("pgmint-loop");

    /// <summary>An operation exception whose new program PSW points at an invalid instruction again. (QAPI: opint-loop)</summary>
    public static S390CrashReason OpintLoop { get; } = new("opint-loop");

    /// <inheritdoc/>
    public static IReadOnlyList<S390CrashReason> Known { get; } = [Unknown, DisabledWait, ExtintLoop, PgmintLoop, OpintLoop];

    /// <inheritdoc/>
    public static S390CrashReason Of(string value) => new(value);

    /// <summary>The value as QEMU spells it.</summary>
    public override string ToString() => Value ?? "";
}
