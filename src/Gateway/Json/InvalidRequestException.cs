namespace Gateway.Json;

/// <summary>The request is wrong: nothing was done.</summary>
public sealed class InvalidRequestException : Exception
{
    /// <summary>One fault.</summary>
    public InvalidRequestException(string field, string message)
        : this(new SortedDictionary<string, List<string>> { [field] = [message] })
    {
    }

    /// <summary>All faults, field by field.</summary>
    public InvalidRequestException(IReadOnlyDictionary<string, List<string>> errors)
        : base(string.Join("; ", errors.SelectMany(static field => field.Value.Select(message => $"{field.Key} {Echo.Without(message)}"))))
    {
        Errors = errors.ToDictionary(static field => field.Key, IReadOnlyList<string> (field) => field.Value);
    }

    /// <summary>What is wrong, field by field.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Errors { get; }
}
