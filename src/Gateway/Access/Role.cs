namespace Gateway.Access;

/// <summary>What a caller may do; each includes those before it.</summary>
public enum Role
{
    /// <summary>Read and subscribe.</summary>
    Viewer,

    /// <summary>Also change the run state.</summary>
    Operator,

    /// <summary>Also any command that the policy allows, and which VMs there are.</summary>
    Admin,
}
