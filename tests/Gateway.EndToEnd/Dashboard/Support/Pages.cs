namespace Gateway.EndToEnd.Dashboard.Support;

/// <summary>The pages of the dashboard.</summary>
public static class Pages
{
    /// <summary>By name, each with its address; those with a VM show one of the fleet.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["vms"] = "/",
        ["vms-grouped"] = "/?group=rack",
        ["vm"] = $"/ui/vms/{DemoFleet.Panicked}",
        ["vm-stopped"] = $"/ui/vms/{DemoFleet.Story}",
        ["vm-running"] = $"/ui/vms/{DemoFleet.Real}",
        ["events"] = "/ui/events",
        ["commands"] = $"/ui/vms/{DemoFleet.Real}/commands?command=human-monitor-command",
        ["commands-choose"] = "/ui/commands",
        ["audit"] = "/ui/audit",
        ["nothing"] = "/ui/nothing",
    };
}
