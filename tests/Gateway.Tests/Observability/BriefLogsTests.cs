using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Gateway.Observability;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Observability;

/// <summary>One incident, a few lines; and each of them one line.</summary>
public sealed partial class BriefLogsTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly Lines lines = new();
    private readonly BriefLogs logs;
    private readonly ILogger logger;

    public BriefLogsTests()
    {
        logs = new BriefLogs(new LoggerFactory([lines]), time);
        logger = logs.CreateLogger("gateway");
    }

    public void Dispose() => logs.Dispose();

    [Fact]
    public void What_repeats_a_thousand_times_a_second_is_five_lines_and_a_count_a_minute_later()
    {
        for (var i = 0; i < 1000; i++)
        {
            LogGarbage(logger, "a", $"garbage {i}");
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(["a sent garbage 0.", "a sent garbage 1.", "a sent garbage 2.", "a sent garbage 3.", "a sent garbage 4."], lines.Texts);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("995 similar lines were omitted in the last minute: a sent garbage 999.", lines.Texts.Skip(5).Single());
        var (level, id, members) = lines.Told.Last();
        Assert.Equal((LogLevel.Warning, 81, 995), (level, id.Id, members["Count"]));
    }

    [Fact]
    public void An_incident_that_lasts_gets_five_lines_and_a_count_a_minute()
    {
        for (var i = 0; i < 180; i++)
        {
            LogGarbage(logger, "a", "garbage");
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(3 * 6, lines.Texts.Length);
        Assert.Equal(3, lines.Texts.Count(static text => text.StartsWith("55 similar lines", StringComparison.Ordinal)));
    }

    [Fact]
    public void One_VM_s_noise_hides_neither_another_VM_nor_another_incident_of_its_own()
    {
        for (var i = 0; i < 100; i++)
        {
            LogGarbage(logger, "a", "garbage");
        }

        LogGarbage(logger, "b", "garbage");
        LogGone(logger, "a");
        logs.CreateLogger("other").LogGarbageOf("a");
        Assert.Equal(["b sent garbage.", "a is gone.", "a sent garbage."], lines.Texts.Skip(5));
    }

    [Fact]
    public void What_comes_now_and_then_is_never_left_out()
    {
        for (var i = 0; i < 30; i++)
        {
            LogGone(logger, "a");
            time.Advance(TimeSpan.FromSeconds(13));
        }

        Assert.Equal(30, lines.Texts.Length);
    }

    [Fact]
    public void The_end_of_the_gateway_says_what_was_left_out()
    {
        for (var i = 0; i < 7; i++)
        {
            LogGone(logger, "a");
        }

        logs.Dispose();
        Assert.Equal("2 similar lines were omitted in the last minute: a is gone.", lines.Texts.Last());
    }

    [Fact]
    public void Details_that_were_asked_for_are_all_written()
    {
        for (var i = 0; i < 100; i++)
        {
            LogDetail(logger, "a");
        }

        Assert.Equal(100, lines.Texts.Length);
    }

    [Fact]
    public void What_a_client_did_wrong_is_no_error_of_the_gateway()
    {
        LogFailed(logger, new HubException("invalid-request: after"));
        Assert.Equal(LogLevel.Debug, lines.Told.Single().Level);
    }

    [Theory]
    [InlineData("panic\r\nfake: line", @"a sent panic\u000D\u000Afake: line.")]
    [InlineData("\u001b[2J\u009b1m\0", @"a sent \u001B[2J\u009B1m\u0000.")]
    [InlineData("a\u2028b\u2029c\u202Ed", @"a sent a\u2028b\u2029c\u202Ed.")]
    [InlineData("größe 😀 ok", "a sent größe 😀 ok.")]
    public void A_guest_s_words_stay_on_their_line(string words, string line)
    {
        LogGarbage(logger, "a", words);
        Assert.Equal(line, lines.Texts.Single());
    }

    [Fact]
    public void As_JSON_a_line_is_one_object_with_named_members()
    {
        using var services = new ServiceCollection().AddLogging(static logging => logging.AddJsonConsole()).BuildServiceProvider();
        using var brief = new BriefLogs(new LoggerFactory([lines]), time);
        lines.Formatter = services.GetServices<ConsoleFormatter>().Single(static one => one.Name == ConsoleFormatterNames.Json);
        LogGarbage(brief.CreateLogger("gateway"), "a", "no\n\u001b[2J");
        var text = lines.Texts.Single();
        Assert.Equal(text.Length - 1, text.IndexOf('\n', StringComparison.Ordinal));
        var json = JsonElement.Parse(text);
        Assert.Equal(1, json.GetProperty("EventId").GetInt32());
        Assert.Equal("a", json.GetProperty("State").Text("Vm"));
        Assert.Equal("no\n\u001b[2J", json.GetProperty("State").Text("Words"));
    }

    [Fact]
    public void Each_line_of_the_gateway_has_a_number_of_its_own()
    {
        var numbers = typeof(BriefLogs).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Select(static method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(static message => message.EventId)
            .ToArray();
        Assert.True(numbers.Length > 15);
        Assert.Equal(numbers.Order().Distinct(), numbers.Order());
    }

    [LoggerMessage(1, LogLevel.Warning, "{Vm} sent {Words}.")]
    internal static partial void LogGarbage(ILogger logger, string vm, string words);

    [LoggerMessage(2, LogLevel.Warning, "{Vm} is gone.")]
    private static partial void LogGone(ILogger logger, string vm);

    [LoggerMessage(3, LogLevel.Debug, "{Vm} in detail.")]
    private static partial void LogDetail(ILogger logger, string vm);

    [LoggerMessage(4, LogLevel.Error, "A call failed.")]
    private static partial void LogFailed(ILogger logger, Exception failure);

    /// <summary>Keeps what is written.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<(LogLevel Level, EventId Id, IReadOnlyDictionary<string, object?> Members, string Text)> told = [];

        /// <summary>Writes the lines; by default their text is kept.</summary>
        public ConsoleFormatter? Formatter { get; set; }

        public string[] Texts => [.. told.Select(static line => line.Text)];

        public IEnumerable<(LogLevel Level, EventId Id, IReadOnlyDictionary<string, object?> Members)> Told => told.Select(static line => (line.Level, line.Id, line.Members));

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            using var text = new StringWriter();
            if (Formatter is null)
            {
                text.Write(formatter(state, exception));
            }
            else
            {
                Formatter.Write(new LogEntry<TState>(logLevel, "gateway", eventId, state, exception, formatter), scopeProvider: null, text);
            }

            told.Enqueue((logLevel, eventId, ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(), text.ToString()));
        }

        public void Dispose()
        {
        }
    }
}

/// <summary>The same line under another category.</summary>
internal static class OtherCategory
{
    public static void LogGarbageOf(this ILogger logger, string vm) => BriefLogsTests.LogGarbage(logger, vm, "garbage");
}
