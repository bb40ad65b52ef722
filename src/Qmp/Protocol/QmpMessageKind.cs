namespace QmpGateway.Qmp.Protocol;

/// <summary>What a message from QEMU is.</summary>
internal enum QmpMessageKind
{
    Greeting,
    Event,
    Return,
    Error,
}
