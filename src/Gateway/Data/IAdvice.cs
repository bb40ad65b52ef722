namespace Gateway.Data;

/// <summary>An exception with advice for the operator.</summary>
internal interface IAdvice
{
    /// <summary>The advice as an imperative clause, such as "Start that newer gateway".</summary>
    string Advice { get; }
}
