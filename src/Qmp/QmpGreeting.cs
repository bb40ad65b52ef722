namespace QmpGateway.Qmp;

/// <summary>The greeting that QEMU sends once on each connection, before it accepts commands.</summary>
/// <param name="Version">The major, minor and micro version, such as <c>7.2.22</c>.</param>
/// <param name="Package">The version of the package, such as <c>Debian 1:7.2+dfsg-7</c>; empty if the build has none.</param>
/// <param name="Capabilities">The protocol capabilities that QEMU offers, such as <c>oob</c>. Newer versions may offer others.</param>
public sealed record QmpGreeting(string Version, string Package, IReadOnlyList<string> Capabilities)
{
    /// <summary>The member <c>version</c> of the greeting, verbatim. (QAPI: VersionInfo)</summary>
    public JsonText VersionInfo { get; init; } = JsonText.EmptyObject;

    /// <summary>The capability to run commands out of band. (QEMU 2.12 and newer)</summary>
    public const string OutOfBandCapability = "oob";
}
