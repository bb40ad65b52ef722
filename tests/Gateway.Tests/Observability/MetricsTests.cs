using Gateway.Journal;
using Gateway.Vms;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Observability;

/// <summary>Alone: a process has one set of meters by name, and other tests' gateways would be counted too.</summary>
[CollectionDefinition(nameof(MetricsTests), DisableParallelization = true)]
[Collection(nameof(MetricsTests))]
public sealed class MetricsTests
{
    private const string Panic = """{"action":"pause","info":{"type":"hyper-v","arg1":1,"arg2":0,"arg3":0,"arg4":0,"arg5":0}}""";

    /// <summary>Section 9 of the contract: names, types and labels.</summary>
    private static readonly Dictionary<string, (string Type, string[] Labels)> Contract = new()
    {
        ["qmp_gateway_vms"] = ("gauge", ["connection"]),
        ["qmp_gateway_vm_connected"] = ("gauge", ["vm"]),
        ["qmp_gateway_vm_connection"] = ("gauge", ["connection", "vm"]),
        ["qmp_gateway_vm_status"] = ("gauge", ["status", "vm"]),
        ["qmp_gateway_vm_ended"] = ("gauge", ["reason", "vm"]),
        ["qmp_gateway_vm_info"] = ("gauge", ["qemu", "vm"]),
        ["qmp_gateway_build_info"] = ("gauge", ["version"]),
        ["qmp_gateway_vm_last_message_timestamp_seconds"] = ("gauge", ["vm"]),
        ["qmp_gateway_events_total"] = ("counter", ["event", "vm"]),
        ["qmp_gateway_guest_panics_total"] = ("counter", ["type", "vm"]),
        ["qmp_gateway_events_lost_total"] = ("counter", ["vm"]),
        ["qmp_gateway_unclaimed_replies_total"] = ("counter", ["vm"]),
        ["qmp_gateway_commands_total"] = ("counter", ["command", "outcome"]),
        ["qmp_gateway_command_duration_seconds"] = ("histogram", ["command"]),
        ["qmp_gateway_readers"] = ("gauge", ["kind"]),
        ["qmp_gateway_reader_lag_events"] = ("gauge", ["kind"]),
        ["qmp_gateway_journal_commit_seconds"] = ("histogram", []),
        ["qmp_gateway_journal_oldest_timestamp_seconds"] = ("gauge", []),
        ["qmp_gateway_journal_trouble"] = ("gauge", []),
    };

    [Fact]
    public async Task Names_types_and_labels_are_the_contract_s()
    {
        var scrape = await Scrape.OfEverythingAsync();
        foreach (var (name, (type, labels)) in Contract)
        {
            Assert.Equal((name, type), (name, scrape.Types.GetValueOrDefault(name)));
            Assert.True(scrape.Helps.ContainsKey(name), $"{name} is not explained");
            var series = scrape.Named(type == "histogram" ? $"{name}_count" : name).ToArray();
            Assert.True(series.Length > 0, $"{name} is not in\n{scrape.Text}");
            Assert.All(series, one => Assert.Equal(labels, one.Labels.Keys.Order()));
        }
    }

    [Fact]
    public async Task A_VM_s_connection_and_status_are_shown_as_they_change()
    {
        await using var host = await GatewayHost.ConnectedAsync("a", "b");
        var scrape = await Scrape.SeesAsync(host, "qmp_gateway_vms", 2, ("connection", "connected"));
        Assert.Equal(1, scrape.Value("qmp_gateway_vm_connected", ("vm", "a")));
        Assert.Equal(1, scrape.Value("qmp_gateway_vm_status", ("vm", "a"), ("status", "running")));

        (await host.PostAsync("/vms/a/stop?wait=20")).Ok();
        scrape = await Scrape.SeesAsync(host, "qmp_gateway_vm_status", 1, ("vm", "a"), ("status", "paused"));
        Assert.Null(scrape.Value("qmp_gateway_vm_status", ("vm", "a"), ("status", "running")));
        Assert.Equal(1, scrape.Value("qmp_gateway_vm_status", ("vm", "b"), ("status", "running")));

        host.Fake("a").IsListening = false;
        host.Fake("a").HangUp();
        await Scrape.SeesAsync(host, "qmp_gateway_vms", 1, ("connection", "no-socket"));
        // One scrape reads its series one after the other, so a change may come between two of them: the next scrape has it whole.
        scrape = await Scrape.SeesAsync(host, "qmp_gateway_vm_ended", 1, ("vm", "a"), ("reason", "unknown"));
        Assert.Equal(1, scrape.Value("qmp_gateway_vms", ("connection", "connected")));
        Assert.Equal(0, scrape.Value("qmp_gateway_vms", ("connection", "stuck")));
        Assert.Equal(0, scrape.Value("qmp_gateway_vm_connected", ("vm", "a")));
        Assert.Equal(1, scrape.Value("qmp_gateway_vm_connected", ("vm", "b")));
        Assert.Equal(1, scrape.Value("qmp_gateway_vm_connection", ("vm", "a"), ("connection", "no-socket")));
        Assert.Null(scrape.Value("qmp_gateway_vm_connection", ("vm", "a"), ("connection", "connected")));
        Assert.Null(scrape.Value("qmp_gateway_vm_status", ("vm", "a"), ("status", "paused")));
        Assert.Equal(1, scrape.Value("qmp_gateway_vm_ended", ("vm", "a"), ("reason", "unknown")));
        Assert.Null(scrape.Value("qmp_gateway_vm_ended", ("vm", "b"), ("reason", "unknown")));
    }

    [Fact]
    public async Task A_VM_that_cannot_be_reached_keeps_its_status()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        host.Fake("a").DialFailure = new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostUnreachable);
        host.Fake("a").HangUp();
        var scrape = await Scrape.SeesAsync(host, "qmp_gateway_vms", 1, ("connection", "no-socket"));
        Assert.Equal(1, scrape.Value("qmp_gateway_vm_status", ("vm", "a"), ("status", "running")));
        Assert.DoesNotContain(scrape.Series, static one => one.Name == "qmp_gateway_vm_ended");
    }

    [Fact]
    public async Task When_QEMU_was_last_heard_of_is_the_gateway_s_clock()
    {
        await using var host = new GatewayHost("a") { Time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)) };
        await host.StartAsync();
        await host.ConnectedAsync("a");
        var scrape = await Scrape.SeesAsync(host, "qmp_gateway_vm_last_message_timestamp_seconds", 1_700_000_000, ("vm", "a"));
        Assert.Equal(1_700_000_000, scrape.Value("qmp_gateway_journal_oldest_timestamp_seconds"));

        host.Time.Advance(TimeSpan.FromMilliseconds(1500));
        await host.Fake("a").EventAsync("STOP");
        scrape = await Scrape.SeesAsync(host, "qmp_gateway_vm_last_message_timestamp_seconds", 1_700_000_001.5, ("vm", "a"));
        Assert.Equal(1_700_000_000, scrape.Value("qmp_gateway_journal_oldest_timestamp_seconds"));
    }

    [Fact]
    public async Task Each_event_and_panic_is_counted_once_under_its_VM()
    {
        await using var host = await GatewayHost.ConnectedAsync("a", "b");
        for (var i = 0; i < 500; i++)
        {
            await host.Fake("a").EventAsync("RESET", """{"guest":true,"reason":"guest-reset"}""");
        }

        await host.Fake("b").EventAsync("GUEST_PANICKED", Panic);
        await host.Fake("b").EventAsync("GUEST_PANICKED", Panic);
        await host.Fake("b").EventAsync("GUEST_PANICKED", """{"action":"pause"}""");

        var scrape = await Scrape.SeesAsync(host, "qmp_gateway_guest_panics_total", 1, ("vm", "b"), ("type", "none"));
        Assert.Equal(3, scrape.Value("qmp_gateway_events_total", ("vm", "b"), ("event", "GUEST_PANICKED")));
        scrape = await Scrape.SeesAsync(host, "qmp_gateway_events_total", 500, ("vm", "a"), ("event", "RESET"));
        Assert.Null(scrape.Value("qmp_gateway_events_total", ("vm", "b"), ("event", "RESET")));
        Assert.Equal(1, scrape.Value("qmp_gateway_events_total", ("vm", "b"), ("event", "VM_CONNECTED")));
        Assert.Equal(2, scrape.Value("qmp_gateway_guest_panics_total", ("vm", "b"), ("type", "hyper-v")));
        Assert.DoesNotContain(scrape.Named("qmp_gateway_guest_panics_total"), static series => series.Labels["vm"] == "a");
    }

    [Fact]
    public async Task A_restart_counts_anew_and_what_the_journal_had_is_not_counted_again()
    {
        var directory = GatewayHost.NewDirectory();
        await using (var first = new GatewayHost("a") { DataDirectory = directory, KeepsData = true })
        {
            await first.StartAsync();
            await first.ConnectedAsync("a");
            await first.Fake("a").EventAsync("RESET");
            await Scrape.SeesAsync(first, "qmp_gateway_events_total", 1, ("vm", "a"), ("event", "RESET"));
        }

        await using var second = new GatewayHost("a") { DataDirectory = directory };
        await second.StartAsync();
        await second.ConnectedAsync("a");
        await second.Fake("a").EventAsync("STOP");
        var scrape = await Scrape.SeesAsync(second, "qmp_gateway_events_total", 1, ("vm", "a"), ("event", "STOP"));
        Assert.Null(scrape.Value("qmp_gateway_events_total", ("vm", "a"), ("event", "RESET")));
        Assert.Equal(1, scrape.Value("qmp_gateway_events_total", ("vm", "a"), ("event", "VM_CONNECTED")));
    }

    [Fact]
    public async Task Events_lost_while_the_disk_fails_are_counted_as_the_journal_tells_and_the_trouble_shows()
    {
        await using var host = await GatewayHost.ConnectedAsync("a", "b");
        await Scrape.SeesAsync(host, "qmp_gateway_journal_trouble", 0);
        Execute(host, "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(FAIL, 'the disk is full'); END");
        var large = $$"""{"text":"{{new string('x', 4_000_000)}}"}""";
        const int sent = 40;
        for (var i = 0; i < sent; i++)
        {
            await host.Fake("a").EventAsync("LARGE", large);
        }

        await Scrape.SeesAsync(host, "qmp_gateway_journal_trouble", 1);
        await host.EventuallyAsync(() => host.Services.GetRequiredService<EventJournal>().Trouble?.Contains(" 0 are lost") == false, "a loss");
        Execute(host, "DROP TRIGGER full");
        var lost = (await host.EventAsync("a", "EVENTS_LOST")).GetProperty("data").GetProperty("count").GetInt64();

        Assert.InRange(lost, 1, sent);
        var scrape = await Scrape.SeesAsync(host, "qmp_gateway_events_lost_total", lost, ("vm", "a"));
        Assert.Null(scrape.Value("qmp_gateway_events_lost_total", ("vm", "b")));
        scrape = await Scrape.SeesAsync(host, "qmp_gateway_journal_trouble", 0);
        await Scrape.SeesAsync(host, "qmp_gateway_events_total", sent - lost, ("vm", "a"), ("event", "LARGE"));
        host.ForgetFaults();
    }

    [Fact]
    public async Task Replies_that_no_command_waits_for_are_counted_and_logged()
    {
        await using var host = await GatewayHost.ConnectedAsync("a", "b");
        await host.Fake("a").SendAsync("""{"return": {}, "id": "of-another-time"}""");
        await host.Fake("a").SendAsync("""{"error": {"class": "GenericError", "desc": "JSON parse error"}}""");
        var scrape = await Scrape.SeesAsync(host, "qmp_gateway_unclaimed_replies_total", 2, ("vm", "a"));
        Assert.Null(scrape.Value("qmp_gateway_unclaimed_replies_total", ("vm", "b")));
        Assert.Equal(2, host.Log.Lines.Count(static line => line.Contains("a sent a reply that no command waits for.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_commit_is_measured_in_seconds()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        var before = (await Scrape.OfAsync(host)).Value("qmp_gateway_journal_commit_seconds_count");
        await host.Fake("a").EventAsync("STOP");
        var scrape = await Scrape.UntilAsync(host, now => now.Value("qmp_gateway_journal_commit_seconds_count") > before, "another commit");
        Assert.InRange(scrape.Value("qmp_gateway_journal_commit_seconds_sum")!.Value, 1e-6, TestSignal.Patience.TotalSeconds);
        // A disk that takes a millisecond is told from one that takes a second.
        Assert.Contains(scrape.Named("qmp_gateway_journal_commit_seconds_bucket"), static bucket => bucket.Labels["le"] == "0.001");
        Assert.Contains(scrape.Named("qmp_gateway_journal_commit_seconds_bucket"), static bucket => bucket.Labels["le"] == "1");
    }

    [Fact]
    public async Task The_series_of_a_VM_that_went_go_too_and_count_from_nothing_when_it_is_back()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        host.Log.ExpectsFaults = true;
        var body = $$"""{"endpoint":"{{GatewayHost.EndpointOf("z")}}"}""";
        (await host.PutAsync("/vms/z", body)).Ok(201);
        await host.ConnectedAsync("z");
        await host.Fake("z").EventAsync("GUEST_PANICKED", Panic);
        await host.EventAsync("z", "GUEST_PANICKED");
        host.Journal.AppendOwn("z", GatewayEvents.EventsLost, DateTimeOffset.UnixEpoch, static json => json.WriteNumber("count", 3));
        var scrape = await Scrape.SeesAsync(host, "qmp_gateway_events_lost_total", 3, ("vm", "z"));
        Assert.True(scrape.Of("z").Select(static series => series.Name).Distinct().Count() == 8, scrape.Text);

        (await host.SendAsync("DELETE", "/vms/z")).NoContent();
        await host.EventAsync("z", GatewayEvents.VmRemoved);
        scrape = await Scrape.OfAsync(host);
        Assert.True(!scrape.Of("z").Any(), scrape.Text);
        Assert.True(scrape.Of("a").Any(), scrape.Text);

        (await host.PutAsync("/vms/z", body)).Ok(201);
        await host.EventuallyAsync(() => host.Snapshot("z").Connection.State == ConnectionState.Connected, "z connected");
        scrape = await Scrape.SeesAsync(host, "qmp_gateway_events_total", 1, ("vm", "z"), ("event", "VM_CONNECTED"));
        Assert.Null(scrape.Value("qmp_gateway_events_total", ("vm", "z"), ("event", "GUEST_PANICKED")));
    }

    private static void Execute(GatewayHost host, string sql)
    {
        using var beside = new SqliteConnection($"Data Source={Path.Combine(host.DataDirectory, "journal.db")};Pooling=False");
        beside.Open();
        using var command = beside.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
