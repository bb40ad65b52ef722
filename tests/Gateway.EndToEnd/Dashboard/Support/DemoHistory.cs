using Gateway.EndToEnd.Support;

namespace Gateway.EndToEnd.Dashboard.Support;

/// <summary>What happened in the fleet that is shown.</summary>
internal static class DemoHistory
{
    /// <summary>What becomes the history of hours.</summary>
    public static async Task OfTheEveningAsync(DemoFleet fleet)
    {
        await fleet["ci-01"].ChangeAsync("paused", "STOP");
        await fleet["web-02"].TellAsync("RTC_CHANGE", """{"offset": 2, "qom-path": "/machine/unattached/device[4]"}""");
        await fleet["dev-02"].ChangeAsync("suspended", "SUSPEND");
        await fleet[DemoFleet.Story].TellAsync("RESET", """{"guest": true, "reason": "guest-reset"}""");
        await PauseAsync();
        (await fleet.Gateway.PostAsync($"/vms/{DemoFleet.Story}/stop?wait=5")).Json();
        (await fleet.Gateway.PostAsync("/vms/ci-03/stop?wait=5")).Json();
        await fleet["ci-01"].ChangeAsync("running", "RESUME");
        await fleet["web-05"].TellAsync("RESET", """{"guest": true, "reason": "guest-reset"}""");
        await PauseAsync();
        (await fleet.Gateway.PostAsync($"/vms/{DemoFleet.Story}/cont?wait=5")).Json();
        await fleet["web-05"].ChangeAsync("paused", "STOP");
        await fleet["ci-01"].ChangeAsync("paused", "STOP");
        await fleet["db-01"].TellAsync("BALLOON_CHANGE", """{"actual": 4294967296}""");
        await PauseAsync();
        await fleet["ci-01"].ChangeAsync("running", "RESUME");
        await fleet["web-05"].ChangeAsync("running", "RESUME");
        await fleet[DemoFleet.Story].TellAsync("BALLOON_CHANGE", """{"actual": 2147483648}""");
        await fleet["dev-01"].ChangeAsync("shutdown", "SHUTDOWN", """{"guest": true, "reason": "guest-shutdown"}""");
        await PauseAsync();
        await fleet["cache-02"].TellAsync("MEMORY_FAILURE", """{"recipient": "guest", "action": "inject", "flags": {"action-required": true, "recursive": false}}""");
        (await fleet.Gateway.PostAsync($"/vms/{DemoFleet.Real}/stop?wait=5")).Json();
        await PauseAsync();
        (await fleet.Gateway.PostAsync($"/vms/{DemoFleet.Real}/cont?wait=5")).Json();
        await PauseAsync();
        await PauseAsync();
    }

    /// <summary>What somebody on call is woken by.</summary>
    public static async Task OfTheLastMinuteAsync(DemoFleet fleet)
    {
        await fleet[DemoFleet.Story].TellAsync("BLOCK_IO_ERROR", """
            {"device": "drive0", "node-name": "data", "operation": "write", "action": "stop", "nospace": true, "reason": "No space left on device"}
            """.Trim());
        await fleet[DemoFleet.Story].ChangeAsync("io-error", "STOP");
        await fleet["db-02"].TellAsync("WATCHDOG", """{"action": "pause"}""");
        await fleet["db-02"].ChangeAsync("watchdog", "STOP");
        await fleet[DemoFleet.BugCheck].TellAsync("GUEST_PANICKED", """
            {"action": "pause", "info": {"type": "hyper-v", "arg1": 126, "arg2": 18446744072635809797, "arg3": 18446735295571839504, "arg4": 18446735295571837248, "arg5": 0}}
            """.Trim());
        await fleet[DemoFleet.BugCheck].ChangeAsync("guest-panicked", "STOP");
        (await fleet.Gateway.PostAsync($"/vms/{DemoFleet.Panicked}/cont?wait=5")).Json();
    }

    // Some minutes of the history.
    private static Task PauseAsync() => Task.Delay(TimeSpan.FromSeconds(1.5));
}
