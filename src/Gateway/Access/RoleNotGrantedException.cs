namespace Gateway.Access;

/// <summary>The caller does not have the role on this VM: nothing was done.</summary>
internal sealed class RoleNotGrantedException(string who, Role? role) : Exception(
    $"This request requires the role {role.ToString()?.ToLowerInvariant()}, which '{who}' does not have here.");
