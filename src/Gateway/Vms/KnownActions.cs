using Qmp;

namespace Gateway.Vms;

/// <summary>What this gateway has set on a run of QEMU. QMP cannot read it back.</summary>
internal sealed class KnownActions
{
    private readonly Lock sync = new();
    private volatile SetActionArguments actions = new();

    public SetActionArguments Current => actions;

    public static bool Concerns(string command) => command is RunStateCommands.SetAction or RunStateCommands.WatchdogSetAction;

    public void Forget() => actions = new SetActionArguments();

    /// <summary>Notes a command that QEMU has done, or, where <paramref name="done"/> is false, may have done.</summary>
    public void Apply(QmpCommand command, bool done)
    {
        if (command.Arguments is not { } arguments)
        {
            return;
        }

        var set = command.Name == RunStateCommands.SetAction
            ? arguments.Deserialize(RunStateJson.Default.SetActionArguments)!
            : new SetActionArguments { Watchdog = arguments.Deserialize(RunStateJson.Default.WatchdogSetActionArguments)!.Action };
        lock (sync)
        {
            var known = actions;
            actions = new SetActionArguments
            {
                Reboot = set.Reboot is null ? known.Reboot : done ? set.Reboot : null,
                Shutdown = set.Shutdown is null ? known.Shutdown : done ? set.Shutdown : null,
                Panic = set.Panic is null ? known.Panic : done ? set.Panic : null,
                Watchdog = set.Watchdog is null ? known.Watchdog : done ? set.Watchdog : null,
            };
        }
    }
}
