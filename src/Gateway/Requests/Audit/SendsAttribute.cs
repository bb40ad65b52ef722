namespace Gateway.Requests.Audit;

/// <summary>Names the QMP command that a route sends; null if the request names it. Routes without this attribute cannot send commands.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SendsAttribute(string? command) : Attribute
{
    public string? Command => command;
}
