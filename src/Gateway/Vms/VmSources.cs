namespace Gateway.Vms;

/// <summary>The sources' names in the contract.</summary>
public static class VmSources
{
    /// <summary>The source's name.</summary>
    public static string Name(this VmSource source) => source switch
    {
        VmSource.Configuration => "configuration",
        VmSource.Api => "api",
        _ => "discovery",
    };
}
