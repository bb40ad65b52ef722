namespace QmpGateway.Qmp;

/// <summary>What QEMU says of itself once a connection, before anything else is possible.</summary>
/// <param name="Version">Major, minor and micro version, such as <c>7.2.22</c>.</param>
/// <param name="Package">The packager's own version, such as <c>Debian 1:7.2+dfsg-7</c>; empty where QEMU was built by hand.</param>
/// <param name="Capabilities">Protocol capabilities on offer, such as <c>oob</c>; an open set.</param>
public sealed record QmpGreeting(string Version, string Package, IReadOnlyList<string> Capabilities)
{
    /// <summary>What it says of its version, verbatim: the member <c>version</c> of the greeting. (QAPI: VersionInfo)</summary>
    public JsonText VersionInfo { get; init; } = JsonText.EmptyObject;

    /// <summary>The capability of running commands out of band (QEMU 2.12 and newer).</summary>
    public const string OutOfBandCapability = "oob";
}
