namespace QmpGateway.Qmp;

/// <summary>The event <c>POWERDOWN</c>: the guest was asked to power down. (QAPI: POWERDOWN, since 0.12)</summary>
public sealed record PowerdownEvent : QapiObject;

/// <summary>The event <c>STOP</c>: the VM stopped. (QAPI: STOP, since 0.12)</summary>
public sealed record StopEvent : QapiObject;

/// <summary>The event <c>RESUME</c>: the VM resumed. (QAPI: RESUME, since 0.12)</summary>
public sealed record ResumeEvent : QapiObject;

/// <summary>The event <c>SUSPEND</c>: the guest suspended to memory. (QAPI: SUSPEND, since 1.1)</summary>
public sealed record SuspendEvent : QapiObject;

/// <summary>The event <c>SUSPEND_DISK</c>: the guest hibernated. (QAPI: SUSPEND_DISK, since 1.2)</summary>
public sealed record SuspendDiskEvent : QapiObject;

/// <summary>The event <c>WAKEUP</c>: the guest woke up. (QAPI: WAKEUP, since 1.1)</summary>
public sealed record WakeupEvent : QapiObject;

/// <summary>The event <c>GUEST_PVSHUTDOWN</c>: the guest requested a shutdown through its pvpanic device. (QAPI: GUEST_PVSHUTDOWN, since 9.1)</summary>
public sealed record GuestPvShutdownEvent : QapiObject;
