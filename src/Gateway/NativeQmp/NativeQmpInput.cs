namespace Gateway.NativeQmp;

/// <summary>A message from a client: a JSON object, or the error in it.</summary>
/// <param name="Json">The object. It may be invalid JSON, for example with mismatched brackets.</param>
/// <param name="Fault">The error, worded like QEMU's parser; null if there is none.</param>
internal readonly record struct NativeQmpInput(ReadOnlyMemory<byte> Json, string? Fault);
