using Gateway.Limits;

namespace Gateway.Requests.Limits;

/// <summary>
/// Counts requests whose headers are too large. Kestrel answers those itself, before there is a request, and its log tells of them at a level
/// that is not written; a listener to its diagnostics would make the whole framework tell of every request.
/// </summary>
internal sealed class HeaderRefusals(LimitMetrics metrics) : ILoggerProvider, ILogger
{
    /// <summary>The category of what Kestrel refuses.</summary>
    public const string Category = "Microsoft.AspNetCore.Server.Kestrel.BadRequests";

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is BadHttpRequestException { StatusCode: StatusCodes.Status431RequestHeaderFieldsTooLarge })
        {
            metrics.Refused(nameof(LimitsOptions.HeaderBytes));
        }
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose()
    {
    }
}
