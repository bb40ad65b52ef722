namespace Gateway.EndToEnd;

/// <summary>Events that only other hosts, other architectures and later QEMUs send.</summary>
internal static class FakePayloads
{
    /// <summary>What happens, the event's name and its data; without data QEMU sends none.</summary>
    public static IReadOnlyList<(string Title, string Name, string? Data)> All { get; } =
    [
        ("a Windows guest's registers, all bits set", "GUEST_PANICKED",
            """{"action": "pause", "info": {"type": "hyper-v", "arg1": 18446744073709551615, """
            + """ "arg2": 9223372036854775808, "arg3": 9007199254740993, "arg4": 0, "arg5": 1}}"""),
        ("an s390 guest", "GUEST_PANICKED",
            """{"action": "pause", "info": {"type": "s390", "core": 4294967295, "psw-mask": 562956395872256, """
            + """ "psw-addr": 18446744073709551614, "reason": "disabled-wait"}}"""),
        ("a TDX guest's own words", "GUEST_PANICKED",
            """{"action": "poweroff", "info": {"type": "tdx", "error-code": 4294967295, """
            + """ "message": "</script><img src=x onerror=alert(1)>\u0000\u001b[31m\r\n\u2028\ud83d\ude00 \"quoted\" \\", "gpa": 18446744073709551615}}"""),
        ("a SEV guest", "GUEST_PANICKED", """{"action": "pause", "info": {"type": "sev", "set": 1, "code": 4294967295}}"""),
        ("a kind of panic that nobody knows yet", "GUEST_PANICKED",
            """{"action": "reincarnate", "info": {"type": "quantum", "spin": -0.5, """
            + """ "deep": [{"er": [null, true, -9223372036854775808]}]}, "new": {}}"""),
        ("a crash kernel that tells more", "GUEST_CRASHLOADED",
            """{"action": "run", "info": {"type": "hyper-v", "arg1": 1, "arg2": 18446744073709551615, "arg3": 3, "arg4": 4, "arg5": 5}}"""),
        ("a shutdown through pvpanic", "GUEST_PVSHUTDOWN", null),
        ("an event that nobody knows yet", "GUEST_ASCENDED", """{"to": "the cloud", "at": 18446744073709551615}"""),
        ("a reason that nobody knows yet", "SHUTDOWN", """{"guest": true, "reason": "boredom"}"""),
        ("the hypervisor's own memory", "MEMORY_FAILURE",
            """{"recipient": "hypervisor", "action": "fatal", "flags": {"action-required": true, "recursive": false, "poisoned": true}}"""),
    ];
}
