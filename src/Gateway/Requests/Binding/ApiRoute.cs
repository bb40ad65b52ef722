namespace Gateway.Requests.Binding;

/// <summary>
/// Marks a route of the API. Its requests are limited and audited, and may carry an idempotency key. Health checks, metrics, the hub and pages are not
/// marked. <see cref="MarkedActions"/> marks the actions of controllers. A plain endpoint has the attribute on its handler.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ApiRouteAttribute : Attribute
{
    /// <summary>Whether the route is about one VM: the VM in its path, or the default VM if the path names none.</summary>
    public bool IsAboutVm { get; init; }
}
