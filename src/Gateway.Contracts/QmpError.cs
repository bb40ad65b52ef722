namespace QmpGateway.Contracts;

/// <summary>QEMU's error.</summary>
/// <param name="Class">Such as <c>GenericError</c>.</param>
/// <param name="Desc">A text for people, which may change between versions of QEMU.</param>
public sealed record QmpError(string Class, string Desc);
