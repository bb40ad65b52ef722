using Gateway.Access;
using Gateway.Journal;
using Gateway.Tests.Journal;
using Gateway.Vms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Api;

/// <summary>The whole gateway on a disk that is slow or full: commands go on, and it says what is wrong.</summary>
public sealed class DiskTests
{
    [Fact]
    public async Task On_a_slow_disk_commands_go_on_and_events_come_late_but_all()
    {
        PlayedDisk? disk = null;
        await using var host = Host(made => disk = made);
        await host.StartAsync();
        await host.ConnectedAsync("a");
        var before = disk!.Attempts;
        disk.Stall();
        try
        {
            await host.Fake("a").EventAsync("RESET");
            await host.EventuallyAsync(() => disk.Attempts > before, "the write");
            host.Time!.Advance(TimeSpan.FromSeconds(2));

            (await host.PostAsync("/vms/a/stop", null)).NoContent();
            (await host.GetAsync("/vms/a/status")).Ok();
            var ready = await host.GetAsync("/health/ready");
            Assert.Equal(200, ready.Status);
            Assert.Contains("\"slow\"", ready.Text, StringComparison.Ordinal);
        }
        finally
        {
            // The gateway's end would wait for it.
            disk.Go();
        }

        await host.EventAsync("a", "RESET");
        await host.EventuallyAsync(() => host.Journal.LastAppended == host.Journal.Head, "all of them");
    }

    [Fact]
    public async Task On_a_full_disk_commands_go_on_and_health_says_what_to_do_until_there_is_room()
    {
        PlayedDisk? disk = null;
        await using var host = Host(made => disk = made);
        host.Log.ExpectsFaults = true;
        await host.StartAsync();
        await host.ConnectedAsync("a");
        disk!.Failure = 13;
        await host.Fake("a").EventAsync("RESET");
        await host.EventuallyAsync(() => host.Services.GetRequiredService<EventJournal>().Trouble is not null, "the trouble");

        (await host.PostAsync("/vms/a/stop", null)).NoContent();
        var ready = await host.GetAsync("/health/ready");
        Assert.Equal(503, ready.Status);
        Assert.Contains("Free space", ready.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(host.DataDirectory, ready.Text, StringComparison.Ordinal);
        Assert.Contains("cannot be written", ready.Text, StringComparison.Ordinal);
        disk.Failure = 0;
        await host.EventAsync("a", "RESET");
        await host.EventuallyAsync(() => host.Services.GetRequiredService<EventJournal>().Trouble is null, "the end of it");
        Assert.Equal(200, (await host.GetAsync("/health/ready")).Status);
    }

    [Fact]
    public async Task The_cause_of_a_status_names_an_event_by_its_id_only_once_that_is_on_disk()
    {
        PlayedDisk? disk = null;
        await using var host = Host(made => disk = made);
        await host.StartAsync();
        await host.ConnectedAsync("a");
        disk!.Stall();
        host.Fake("a").Status = """{"running":false,"singlestep":false,"status":"guest-panicked"}""";
        await host.Fake("a").EventAsync("GUEST_PANICKED");
        await host.EventuallyAsync(() => host.Snapshot("a").StatusCause is not null, "the cause", TimeSpan.FromMilliseconds(20));

        Assert.Contains("\"statusCause\":{\"event\":\"GUEST_PANICKED\"}", (await host.GetAsync("/vms/a")).Text, StringComparison.Ordinal);
        Assert.Contains("\"statusCause\":{\"event\":\"GUEST_PANICKED\"}", (await host.GetAsync("/vms")).Text, StringComparison.Ordinal);

        disk.Go();
        var panic = await host.EventAsync("a", "GUEST_PANICKED");
        Assert.Contains(
            $"\"statusCause\":{{\"event\":\"GUEST_PANICKED\",\"id\":\"{panic.Text("id")}\"}}",
            (await host.GetAsync("/vms/a")).Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/vms/a")]
    [InlineData("/vms")]
    public async Task A_list_shows_no_status_that_a_crash_could_still_take_back(string path)
    {
        PlayedDisk? disk = null;
        await using var host = Host(made => disk = made);
        await host.StartAsync();
        await host.ConnectedAsync("a");
        (await host.GetAsync(path)).Ok(); // from here on it takes no time
        disk!.Stall();
        try
        {
            host.Fake("a").Status = """{"running":false,"singlestep":false,"status":"paused"}""";
            await host.Fake("a").EventAsync("STOP");
            await host.EventuallyAsync(() => host.Snapshot("a").Status?.Running == false, "the status", TimeSpan.FromMilliseconds(20));
            var told = host.Vms.Get("a").LastChange;
            Assert.True(host.Journal.Head < told);

            await using var soon = new Timer(_ => disk.Go(), null, TimeSpan.FromMilliseconds(100), Timeout.InfiniteTimeSpan);
            var shown = await host.GetAsync(path);

            Assert.True(host.Journal.Head >= told);
            Assert.Contains("\"status\":\"paused\"", shown.Text, StringComparison.Ordinal);
        }
        finally
        {
            // The gateway's end would wait for it.
            disk.Go();
        }
    }

    [Fact]
    public async Task A_large_command_with_a_key_is_taken_and_nothing_is_logged()
    {
        await using var host = new GatewayHost("a") { ListensForReal = true };
        await host.StartAsync();
        await host.ConnectedAsync("a");
        host.Fake("a").Return("query-version", "{}");
        var body = """{"execute":"query-version","arguments":{"x":"LARGE"}}""".Replace("LARGE", new string('x', 2 * 1024 * 1024), StringComparison.Ordinal);

        (await host.PostAsync("/vms/a/qmp", body, ("Idempotency-Key", "k1"))).Ok();

        Assert.DoesNotContain(host.Log.Lines, static line => line.StartsWith("Warning", StringComparison.Ordinal));
    }

    private static GatewayHost Host(Action<PlayedDisk> made)
    {
        GatewayHost? host = null;
        host = new GatewayHost("a")
        {
            Time = new FakeTimeProvider(DateTimeOffset.UtcNow),
            Replace = services => services.AddSingleton(provider =>
            {
                _ = provider.GetRequiredService<Gateway.Data.DataDirectory>();
                var disk = new PlayedDisk(Path.Combine(host!.DataDirectory, EventJournal.FileName));
                made(disk);
                return new EventJournal(disk, new JournalOptions(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<EventJournal>>());
            }),
        };
        return host;
    }
}
