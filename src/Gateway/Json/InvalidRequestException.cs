namespace Gateway.Json;

/// <summary>The request is invalid, and nothing was done.</summary>
public sealed class InvalidRequestException : Exception
{
    /// <summary>Creates an exception for one invalid field.</summary>
    public InvalidRequestException(string field, string message)
        : this(new SortedDictionary<string, List<string>> { [field] = [message] })
    {
    }

    /// <summary>Creates an exception for several invalid fields.</summary>
    public InvalidRequestException(IReadOnlyDictionary<string, List<string>> errors)
        : base(string.Join("; ", errors.SelectMany(static field => field.Value.Select(message => $"{Subject(field.Key)} {Echo.Without(message)}"))))
    {
        Errors = errors.ToDictionary(static field => field.Key, IReadOnlyList<string> (field) => field.Value);
    }

    /// <summary>The messages by field.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Errors { get; }

    private static string Subject(string field) => field == "body" ? "The request body" : $"'{field}'";
}
