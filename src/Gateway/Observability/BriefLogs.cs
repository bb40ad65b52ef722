using System.Collections.Concurrent;
using Gateway.Requests.Limits;
using Microsoft.AspNetCore.SignalR;

namespace Gateway.Observability;

/// <summary>
/// Limits repeated log lines. Of the lines that report the same event for the same VM, five per minute are written and the rest are counted.
/// The count is logged at the end of the minute. Lines below <see cref="LogLevel.Information"/> are always written, because somebody enabled them.
/// </summary>
internal sealed partial class BriefLogs(LoggerFactory inner, TimeProvider time) : ILoggerFactory
{
    private const int Lines = 5;
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";
    private const int StartFailed = 11;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Incident, Repetition> open = new();

    public ILogger CreateLogger(string categoryName) => new BriefLogger(this, categoryName, inner.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
        foreach (var incident in open.Keys)
        {
            End(incident);
        }
    }

    /// <summary>Whether a line is one of the first of its kind in this minute, and so is written.</summary>
    private bool Admits(Incident incident, ILogger logger, LogLevel level, Func<string> line)
    {
        while (true)
        {
            var repetition = open.GetOrAdd(incident, static _ => new Repetition());
            lock (repetition)
            {
                if (repetition.IsOver)
                {
                    continue;
                }

                repetition.Timer ??= time.CreateTimer(_ => End(incident), null, Window, Timeout.InfiniteTimeSpan);
                repetition.Count++;
                if (repetition.Count <= Lines)
                {
                    return true;
                }

                repetition.LogCount = () =>
                {
                    var last = line();
                    LogLeftOut(logger, level, repetition.Count - Lines, last);
                };
                return false;
            }
        }
    }

    private void End(Incident incident)
    {
        if (open.TryRemove(incident, out var repetition))
        {
            lock (repetition)
            {
                repetition.IsOver = true;
                repetition.Timer?.Dispose();
            }

            repetition.LogCount?.Invoke();
        }
    }

    [LoggerMessage(EventId = 81, Message = "{Count} similar lines were omitted in the last minute: {Line}")]
    private static partial void LogLeftOut(ILogger logger, LogLevel level, int count, string line);

    /// <summary>Identifies what a line is about. The template replaces the event id for lines of the framework that have none.</summary>
    private readonly record struct Incident(string Category, int EventId, string? Template, string? Vm, Type? Fault);

    private sealed class Repetition
    {
        public int Count { get; set; }

        public bool IsOver { get; set; }

        public ITimer? Timer { get; set; }

        public Action? LogCount { get; set; }
    }

    private sealed class BriefLogger(BriefLogs logs, string category, ILogger inner) : ILogger
    {
        private readonly bool showsRequests = PrivateLogs.ShowRequests(category);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => (logLevel >= LogLevel.Warning || !showsRequests) && inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // A client's errors are reported to the client. A service that is cancelled at shutdown has not failed.
            var level = exception is HubException || (exception is OperationCanceledException && category == HostCategory) ? LogLevel.Debug : logLevel;
            if (!IsEnabled(level))
            {
                return;
            }

            if (category == HostCategory && eventId.Id == StartFailed)
            {
                // Failures reports why the start failed, and shows a stack trace only for bugs of the gateway.
                return;
            }

            if (category == HeaderRefusals.Category && exception is BadHttpRequestException refused)
            {
                // Kestrel's message quotes the line that it could not parse, including the query.
                var redacted = new BadHttpRequestException("The request line or a header is invalid.", refused.StatusCode);
                inner.Log(level, eventId, redacted.Message, redacted, static (text, _) => text);
                return;
            }

            if (level < LogLevel.Information || logs.Admits(Of(eventId, state, exception), inner, level, () => Line(state, exception)))
            {
                inner.Log(level, eventId, state, exception, Line);
            }

            string Line(TState logged, Exception? fault) => OneLine.Of(formatter(logged, fault));
        }

        private Incident Of<TState>(EventId eventId, TState state, Exception? fault)
        {
            var members = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
            return new Incident(category, eventId.Id, eventId.Id == 0 ? Member("{OriginalFormat}") : null, Member("Vm"), fault?.GetType());

            string? Member(string name) => members.FirstOrDefault(member => member.Key == name).Value as string;
        }
    }
}
