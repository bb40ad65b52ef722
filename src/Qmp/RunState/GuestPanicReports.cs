using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>The five crash registers of Hyper-V. (QAPI: GuestPanicInformationHyperV, since 2.9)</summary>
public sealed record GuestPanicInformationHyperV() : GuestPanicInformation(GuestPanicInformationType.HyperV)
{
    /// <summary>The first register: the stop code of Windows, or an error code of Linux. (QAPI: arg1)</summary>
    [JsonPropertyName("arg1")]
    public required ulong Arg1 { get; init; }

    /// <summary>The second register: the stop code's first argument, or Linux's guest OS id. (QAPI: arg2)</summary>
    [JsonPropertyName("arg2")]
    public required ulong Arg2 { get; init; }

    /// <summary>The third register: the stop code's second argument, or Linux's program counter. (QAPI: arg3)</summary>
    [JsonPropertyName("arg3")]
    public required ulong Arg3 { get; init; }

    /// <summary>
    /// The fourth register: the stop code's third argument. Linux stores RAX on x86, and the stack pointer on 64-bit Arm. (QAPI: arg4)
    /// </summary>
    [JsonPropertyName("arg4")]
    public required ulong Arg4 { get; init; }

    /// <summary>The fifth register: the stop code's fourth argument, or the stack pointer of Linux on x86. (QAPI: arg5)</summary>
    [JsonPropertyName("arg5")]
    public required ulong Arg5 { get; init; }
}

/// <summary>The state of the s390 processor that crashed. (QAPI: GuestPanicInformationS390, since 2.12)</summary>
public sealed record GuestPanicInformationS390() : GuestPanicInformation(GuestPanicInformationType.S390)
{
    /// <summary>The core id of the processor. (QAPI: core)</summary>
    [JsonPropertyName("core")]
    public required uint Core { get; init; }

    /// <summary>The control half of its program status word. (QAPI: psw-mask)</summary>
    [JsonPropertyName("psw-mask")]
    public required ulong PswMask { get; init; }

    /// <summary>The address half of its program status word: where the guest was executing. (QAPI: psw-addr)</summary>
    [JsonPropertyName("psw-addr")]
    public required ulong PswAddr { get; init; }

    /// <summary>Why the processor counts as crashed. (QAPI: reason)</summary>
    [JsonPropertyName("reason")]
    public required S390CrashReason Reason { get; init; }
}

/// <summary>
/// What an Intel TDX guest reported through TDG.VP.VMCALL&lt;ReportFatalError&gt;. (QAPI: GuestPanicInformationTdx, since 10.1)
/// </summary>
public sealed record GuestPanicInformationTdx() : GuestPanicInformation(GuestPanicInformationType.Tdx)
{
    /// <summary>The guest's error code. (QAPI: error-code)</summary>
    [JsonPropertyName("error-code")]
    public required uint ErrorCode { get; init; }

    /// <summary>The guest's message. It is untrusted: escape it before you show it. (QAPI: message)</summary>
    [JsonPropertyName("message")]
    public required string Message { get; init; }

    /// <summary>The guest-physical address of a page with more text; null if the guest gave none. (QAPI: gpa)</summary>
    [JsonPropertyName("gpa")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? Gpa { get; init; }
}

/// <summary>The termination request of an AMD SEV-ES guest in the GHCB MSR. (QAPI: GuestPanicInformationSev, since 11.0)</summary>
public sealed record GuestPanicInformationSev() : GuestPanicInformation(GuestPanicInformationType.Sev)
{
    /// <summary>The set that <c>code</c> belongs to. (QAPI: set)</summary>
    [JsonPropertyName("set")]
    public required uint Set { get; init; }

    /// <summary>The guest's reason, as a code of that set. (QAPI: code)</summary>
    [JsonPropertyName("code")]
    public required uint Code { get; init; }
}

/// <summary>
/// A report of a type that this library does not know. Its members are in <see cref="QapiObject.OtherMembers"/>. They may contain untrusted text
/// from the guest.
/// </summary>
/// <param name="Type">The type as QEMU sends it.</param>
public sealed record GuestPanicInformationUnknown(GuestPanicInformationType Type) : GuestPanicInformation(Type);
