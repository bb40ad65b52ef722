using TestSupport;

namespace Gateway.Tests;

/// <summary>Answers commands as a QEMU with an ordinary guest would.</summary>
public static class SimpleQemu
{
    public static async Task AnswerAsync(FakeVm vm, FakeConnection client, FakeCommand command)
    {
        switch (command.Name)
        {
            case "query-status":
                await client.ReturnAsync(command, vm.Status);
                return;
            case "stop" when vm.Status == FakeVm.Running:
                vm.Status = FakeVm.Paused;
                await client.EventAsync("STOP");
                break;
            case "cont" when vm.Status != FakeVm.Running:
                vm.Status = FakeVm.Running;
                await client.EventAsync("RESUME");
                break;
            case "system_reset":
                await client.EventAsync("RESET", """{"guest": false, "reason": "host-qmp-system-reset"}""");
                break;
            case "system_powerdown":
                await client.EventAsync("POWERDOWN");
                break;
            case "quit":
                await client.EventAsync("SHUTDOWN", """{"guest": false, "reason": "host-qmp-quit"}""");
                await client.ReturnAsync(command);
                client.Close();
                return;
            case "stop" or "cont" or "system_wakeup" or "inject-nmi" or "set-action" or "watchdog-set-action": break;
            default:
                await client.RefuseAsync(command, "CommandNotFound", $"The command {command.Name} has not been found");
                return;
        }

        await client.ReturnAsync(command);
    }
}
