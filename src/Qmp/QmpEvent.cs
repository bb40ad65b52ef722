namespace QmpGateway.Qmp;

/// <summary>One event, as QEMU sent it.</summary>
/// <param name="Name">Its QAPI name, such as <c>SHUTDOWN</c>. Newer versions of QEMU may send other names.</param>
/// <param name="Data">Its payload, verbatim; <c>{}</c> if QEMU sent none.</param>
/// <param name="Timestamp">The time of the event by the host's clock, to the microsecond; null if QEMU could not read the clock (it sends -1).</param>
public sealed record QmpEvent(string Name, JsonText Data, DateTimeOffset? Timestamp);
