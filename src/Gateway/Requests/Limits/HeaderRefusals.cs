using Gateway.Limits;

namespace Gateway.Requests.Limits;

/// <summary>
/// Counts requests whose headers are too large. Kestrel rejects them before the middleware runs, and logs them at a level that the gateway does not
/// write. A listener to Kestrel's diagnostics would make the framework emit diagnostics for every request.
/// </summary>
internal sealed class HeaderRefusals(LimitMetrics metrics) : ILoggerProvider, ILogger
{
    /// <summary>The log category of requests that Kestrel rejects.</summary>
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
