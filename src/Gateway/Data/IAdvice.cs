namespace Gateway.Data;

/// <summary>A failure that knows what an operator can do about it.</summary>
internal interface IAdvice
{
    /// <summary>An imperative clause: "start that gateway".</summary>
    string Advice { get; }
}
