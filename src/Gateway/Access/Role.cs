namespace Gateway.Access;

/// <summary>What a caller may do. Each role includes the roles before it.</summary>
public enum Role
{
    /// <summary>Read and subscribe.</summary>
    Viewer,

    /// <summary>Also change the run state.</summary>
    Operator,

    /// <summary>Also send any command that the policy allows, and add and remove VMs.</summary>
    Admin,
}
