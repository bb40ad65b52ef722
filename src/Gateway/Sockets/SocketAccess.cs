using static Gateway.Settings.Fault;

namespace Gateway.Sockets;

/// <summary>Who can connect to a Unix socket that the gateway creates.</summary>
/// <param name="Mode">The mode of the socket. Write permission allows a user to connect.</param>
/// <param name="Group">The id of the socket's group. Null for the group of the gateway's process.</param>
internal sealed record SocketAccess(UnixFileMode Mode, uint? Group)
{
    /// <summary>Only the gateway's user.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads options for which <see cref="Faults"/> reports nothing.</summary>
    public static SocketAccess Of(SocketsOptions options) => new(ModeOf(options.Mode)!.Value, options.Group is { } group ? SystemIds.OfGroup(group) : null);

    /// <summary>Validates the options.</summary>
    public static IEnumerable<string> Faults(string key, SocketsOptions options) =>
    [
        .. Unless(ModeOf(options.Mode) is not null, $"{key}:Mode = '{options.Mode}' must be an octal mode from 0000 to 0777, such as 0660"),
        .. Unless(options.Group is not { } group || SystemIds.OfGroup(group) is not null, $"{key}:Group = '{options.Group}' is not a group on this host"),
    ];

    private static UnixFileMode? ModeOf(string? text)
    {
        var digits = text is ['0', _, _, _] ? text[1..] : text;
        return digits is { Length: 3 } && digits.All(static digit => digit is >= '0' and <= '7') ? (UnixFileMode)Convert.ToInt32(digits, 8) : null;
    }
}
