namespace Gateway.Requests.Audit;

/// <summary>The QMP command that a route sends; null where the request names it. No other route can send one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SendsAttribute(string? command) : Attribute
{
    public string? Command => command;
}
