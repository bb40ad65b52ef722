namespace Gateway.Commands;

/// <summary>The name of a QMP command, as a client sends it.</summary>
internal static class CommandName
{
    /// <summary>Characters of a command's name, some three times as many as QEMU's longest has.</summary>
    public const int MaxLength = 200;
}
