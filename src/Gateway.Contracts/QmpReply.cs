using System.Text.Json;

namespace QmpGateway.Contracts;

/// <summary>QEMU's answer to a command.</summary>
/// <param name="Return">What QEMU returned, verbatim.</param>
public sealed record QmpReply(JsonElement Return);
