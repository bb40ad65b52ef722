using System.Text.Json;
using QmpGateway.Qmp;

namespace Gateway.Vms.Sessions;

/// <summary>The actions that this gateway has set on a run of QEMU. QMP has no command to read them.</summary>
internal sealed class KnownActions
{
    private readonly Lock sync = new();
    private volatile SetActionArguments actions = new();

    public SetActionArguments Current => actions;

    public void Forget()
    {
        lock (sync)
        {
            actions = new SetActionArguments();
        }
    }

    /// <summary>Records a command that QEMU has completed. If <paramref name="done"/> is false, the outcome is unknown, and so are the actions that the command sets.</summary>
    public void Apply(QmpCommand command, bool done)
    {
        if (Set(command) is not { } set)
        {
            return;
        }

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

    /// <summary>Returns the actions that a command sets; null if it sets none.</summary>
    private static SetActionArguments? Set(QmpCommand command)
    {
        try
        {
            return command switch
            {
                { Name: RunStateCommands.SetAction, Arguments: { } arguments } => arguments.Deserialize(RunStateJson.Default.SetActionArguments),
                { Name: RunStateCommands.WatchdogSetAction, Arguments: { } arguments } => new SetActionArguments
                {
                    Watchdog = arguments.Deserialize(RunStateJson.Default.WatchdogSetActionArguments)!.Action,
                },
                _ => null,
            };
        }
        catch (JsonException)
        {
            // Clients may send any arguments. QEMU rejects these.
            return null;
        }
    }
}
