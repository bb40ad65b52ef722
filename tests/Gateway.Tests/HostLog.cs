using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests;

/// <summary>Keeps what the gateway logs, and what of it are faults of its own.</summary>
public sealed class HostLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> faults = [];
    private readonly ConcurrentQueue<string> lines = [];

    public IReadOnlyCollection<string> Faults => faults;

    /// <summary>Every line of <see cref="LogLevel.Information"/> and above.</summary>
    public IReadOnlyCollection<string> Lines => lines;

    /// <summary>The lowest level that it takes.</summary>
    public LogLevel Lowest { get; set; } = LogLevel.Information;

    /// <summary>Errors that a test has the gateway log.</summary>
    public bool ExpectsFaults { get; set; }

    /// <summary>The faults so far were meant.</summary>
    public void Forget() => faults.Clear();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= Lowest;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
        // 23: QEMU did not take the configured actions, which is for the operator to see to. SignalR logs what a client did wrong as an error.
        if (logLevel >= LogLevel.Error && !ExpectsFaults && eventId.Id != 23 && exception is not (HubException or InvalidDataException))
        {
            faults.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }
}
