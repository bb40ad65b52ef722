using Gateway.Vms;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Api;

public sealed class IdempotencyTests
{
    // As long as one may be.
    private static readonly (string, string) Key = ("Idempotency-Key", new string('k', 255));

    [Fact]
    public async Task A_repeated_request_gets_the_first_answer_and_is_not_run_again()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        var first = await host.PostAsync("/vms/a/reset?wait=20", null, Key);
        first.Ok();
        Assert.Null(first.Header("Idempotency-Replayed"));
        var second = await host.PostAsync("/vms/a/reset?wait=20", null, Key);
        Assert.Equal(first.Text, second.Text);
        Assert.Equal((first.Status, first.ContentType), (second.Status, second.ContentType));
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Equal(["system_reset"], host.Fake("a").Sent);
    }

    [Fact]
    public async Task A_refusal_is_kept_too()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        host.Fake("a").Refuse("system_wakeup");
        var first = await host.PostAsync("/vms/a/wakeup", null, Key);
        var second = await host.PostAsync("/vms/a/wakeup", null, Key);
        Assert.Equal((409, first.Text), (second.Status, second.Text));
        Assert.Single(host.Fake("a").Sent);
    }

    [Theory]
    [InlineData("/vms/a/reset", "outcome-unknown", 0)]
    [InlineData("/vms/a/nmi", "timed-out", 0.02)]
    [InlineData("/vms/a/powerdown?wait=5", "wait-aborted", 0)]
    [InlineData("/vms/a/wakeup?wait=5", "wait-timed-out", 0.02)]
    public async Task What_may_have_had_an_effect_is_kept_and_not_run_again(string path, string slug, double step)
    {
        await using var host = new GatewayHost("a") { Time = new FakeTimeProvider() };
        var vm = host.Fake("a");
        vm.Drop("system_reset");
        vm.Hang("inject-nmi");
        vm.On("system_powerdown", async command =>
        {
            await vm.ReturnAsync(command);
            vm.HangUp();
        });
        await host.StartAsync();
        await host.ConnectedAsync("a");
        var first = await host.AdvanceUntilAsync(host.PostAsync(path, null, Key), TimeSpan.FromSeconds(step));
        Assert.Contains($"urn:qmp-gateway:{slug}\"", first.Text, StringComparison.Ordinal);
        await host.EventuallyAsync(() => host.Snapshot("a").Connection.State == ConnectionState.Connected, "connected", TimeSpan.FromSeconds(1));

        var second = await host.PostAsync(path, null, Key);
        Assert.Equal((first.Status, first.ContentType, first.Text), (second.Status, second.ContentType, second.Text));
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Single(vm.Sent);
    }

    [Fact]
    public async Task A_read_that_was_sent_and_not_answered_is_not_sent_again()
    {
        await using var host = new GatewayHost("a") { Time = new FakeTimeProvider() };
        host.Fake("a").Hang("query-block");
        await host.StartAsync();
        await host.ConnectedAsync("a");
        var first = await host.AdvanceUntilAsync(host.PostAsync("/vms/a/qmp", """{"execute":"query-block"}""", Key), TimeSpan.FromSeconds(1));
        var second = await host.PostAsync("/vms/a/qmp", """{"execute":"query-block"}""", Key);
        Assert.Contains("urn:qmp-gateway:timed-out\"", first.Text, StringComparison.Ordinal);
        Assert.Equal((first.Text, "true"), (second.Text, second.Header("Idempotency-Replayed")));
        Assert.Single(host.Fake("a").Sent, "query-block");
    }

    [Fact]
    public async Task An_answer_is_kept_for_a_day_and_no_longer()
    {
        await using var host = new GatewayHost("a") { Time = new FakeTimeProvider() };
        await host.StartAsync();
        await host.ConnectedAsync("a");
        (await host.PostAsync("/vms/a/nmi", null, Key)).NoContent();
        host.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.Equal("true", (await host.PostAsync("/vms/a/nmi", null, Key)).Header("Idempotency-Replayed"));
        host.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null((await host.PostAsync("/vms/a/nmi", null, Key)).Header("Idempotency-Replayed"));
        Assert.Equal(["inject-nmi", "inject-nmi"], host.Fake("a").Sent);
    }

    [Fact]
    public async Task The_answer_outlives_the_gateway()
    {
        var directory = GatewayHost.NewDirectory();
        await using (var before = new GatewayHost { DataDirectory = directory, KeepsData = true })
        {
            await before.StartAsync();
            var made = await before.PutAsync("/vms/b", """{"endpoint":"unix:/fake/b"}""", Key);
            Assert.Equal(201, made.Status);
        }

        await using var host = new GatewayHost { DataDirectory = directory };
        await host.StartAsync();
        var again = await host.PutAsync("/vms/b", """{"endpoint":"unix:/fake/b"}""", Key);
        Assert.Equal((201, "true"), (again.Status, again.Header("Idempotency-Replayed")));
        Assert.EndsWith("/vms/b", again.Header("Location"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_under_way_when_the_gateway_was_killed_is_not_run_again()
    {
        var directory = GatewayHost.NewDirectory();
        await using (var before = new GatewayHost("a") { DataDirectory = directory, KeepsData = true })
        {
            await before.StartAsync();
            await before.ConnectedAsync("a");
            (await before.PostAsync("/vms/a/stop", null, Key)).NoContent();
        }

        // As a kill leaves it: the key is there, its answer is not.
        await using (var answers = new SqliteConnection($"Data Source={Path.Combine(directory, "answers.db")};Pooling=False"))
        {
            await answers.OpenAsync(TestContext.Current.CancellationToken);
            await using var forget = answers.CreateCommand();
            forget.CommandText = "UPDATE answers SET status = NULL, type = NULL, location = NULL, body = NULL";
            await forget.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using var host = new GatewayHost("a") { DataDirectory = directory };
        await host.StartAsync();
        await host.ConnectedAsync("a");
        (await host.PostAsync("/vms/a/stop", null, Key)).Problem("outcome-unknown", "/vms/a/stop", ("vm", "a"), ("outcome", "unknown"));
        Assert.Empty(host.Fake("a").Sent);
    }

    [Fact]
    public async Task While_the_first_is_under_way_the_second_is_told_so()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        host.Fake("a").Hang("stop");
        var first = host.PostAsync("/vms/a/stop", null, Key);
        var command = await host.Fake("a").ReceivedAsync("stop");
        (await host.PostAsync("/vms/a/stop", null, Key)).Problem("in-progress", "/vms/a/stop", ("vm", "a"));
        await host.Fake("a").ReturnAsync(command);
        (await first).NoContent();
        Assert.Equal("true", (await host.PostAsync("/vms/a/stop", null, Key)).Header("Idempotency-Replayed"));
    }

    [Fact]
    public async Task A_request_goes_on_when_its_caller_goes_and_the_answer_waits_for_it()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        host.Fake("a").Hang("system_reset");
        using var impatience = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/vms/a/reset");
        request.Headers.Add(Key.Item1, Key.Item2);
        var first = host.Client.SendAsync(request, impatience.Token);
        var command = await host.Fake("a").ReceivedAsync("system_reset");
        await impatience.CancelAsync();
        await host.Fake("a").ReturnAsync(command);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        Answer answer;
        do
        {
            answer = await host.PostAsync("/vms/a/reset", null, Key);
        }
        while (answer.Text.Contains("in-progress"));
        answer.NoContent();
        Assert.Equal("true", answer.Header("Idempotency-Replayed"));
        Assert.Equal(["system_reset"], host.Fake("a").Sent);
    }

    [Theory]
    [InlineData("/vms/a/cont", null)]
    [InlineData("/vms/a/stop?wait=5", null)]
    [InlineData("/vms/a/stop", "\"another\"")]
    public async Task The_same_key_with_another_request_is_refused(string path, string? run)
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        (await host.PostAsync("/vms/a/stop", null, Key)).NoContent();
        var other = run is null ? await host.PostAsync(path, null, Key) : await host.PostAsync(path, null, Key, ("If-Match", run));
        other.Problem("key-reused", path.Split('?')[0], ("vm", "a"));
        Assert.Equal(["stop"], host.Fake("a").Sent);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        (await host.PutAsync("/vms/a/actions", """{"panic":"none"}""", Key)).Ok();
        (await host.PutAsync("/vms/a/actions", """{"panic":"pause"}""", Key)).Problem("key-reused", "/vms/a/actions", ("vm", "a"));
        Assert.Equal(["set-action"], host.Fake("a").Sent);
    }

    [Fact]
    public async Task A_key_whose_request_did_nothing_is_free_again()
    {
        await using var host = new GatewayHost("a");
        host.Fake("a").IsListening = false;
        await host.StartAsync();
        (await host.PostAsync("/vms/a/stop", null, Key)).Problem("vm-unreachable", "/vms/a/stop", ("vm", "a"), ("command", "stop"), ("outcome", "not-sent"));
        host.Fake("a").IsListening = true;
        await host.ConnectedAsync("a");
        var second = await host.PostAsync("/vms/a/stop", null, Key);
        second.NoContent();
        Assert.Null(second.Header("Idempotency-Replayed"));
    }

    [Fact]
    public async Task A_request_whose_key_cannot_be_written_down_is_not_run()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        await using (var answers = new SqliteConnection($"Data Source={Path.Combine(host.DataDirectory, "answers.db")};Pooling=False"))
        {
            await answers.OpenAsync(TestContext.Current.CancellationToken);
            await using var spoil = answers.CreateCommand();
            spoil.CommandText = "CREATE TRIGGER full BEFORE INSERT ON answers BEGIN SELECT RAISE(FAIL, 'the disk is full'); END";
            await spoil.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        (await host.PostAsync("/vms/a/stop", null, Key)).Problem("storage-unavailable", "/vms/a/stop", ("vm", "a"), ("outcome", "not-sent"));
        Assert.Empty(host.Fake("a").Sent);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(4000)]
    public async Task A_key_that_is_too_long_is_refused(int length)
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        var answer = await host.PostAsync("/vms/a/stop", null, ("Idempotency-Key", new string('k', length)));
        Assert.Equal(400, answer.Status);
        Assert.Empty(host.Fake("a").Sent);
    }
}
