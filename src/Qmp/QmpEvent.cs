namespace QmpGateway.Qmp;

/// <summary>One event, as QEMU sent it.</summary>
/// <param name="Name">Its QAPI name, such as <c>SHUTDOWN</c>; an open set.</param>
/// <param name="Data">Its payload, verbatim; <c>{}</c> where QEMU sent none.</param>
/// <param name="Timestamp">The host's clock as QEMU read it, to the microsecond; null where QEMU had none (it sends -1).</param>
public sealed record QmpEvent(string Name, JsonText Data, DateTimeOffset? Timestamp);
