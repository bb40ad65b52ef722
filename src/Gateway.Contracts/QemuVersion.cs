namespace QmpGateway.Contracts;

/// <summary>The version of a QEMU.</summary>
/// <param name="Version">Such as <c>7.2.22</c>.</param>
/// <param name="Package">The packager's version; empty if there is none.</param>
public sealed record QemuVersion(string Version, string Package);
