namespace Gateway.Commands;

/// <summary>The name of a QMP command, as a client sends it.</summary>
internal static class CommandName
{
    /// <summary>The maximum length in characters: about three times the length of QEMU's longest command name.</summary>
    public const int MaxLength = 200;
}
