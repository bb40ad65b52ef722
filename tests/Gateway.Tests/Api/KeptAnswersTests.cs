using Gateway.Data;
using Gateway.Limits;
using Gateway.Requests.Idempotency;
using Gateway.Settings;
using Gateway.Tests.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Api;

public sealed class KeptAnswersTests : IDisposable
{
    private static readonly byte[] Request = [1];

    private readonly TempDirectory temp = new();
    private readonly FakeTimeProvider time = new(TestJournal.Now);

    private string Database => temp.File("answers.db");

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData("empty", 1)]
    [InlineData("directory", 1)]
    [InlineData("header", 1)]
    [InlineData("truncated", 10)]
    [InlineData("overwritten", 10)]
    public async Task A_damaged_file_stops_the_start_in_words_or_fails_the_request_and_is_moved_aside_on_demand(string how, int rounds)
    {
        using (var answers = Open())
        {
            for (var i = 0; i < 200; i++)
            {
                Assert.Null(await answers.BeginAsync($"k{i}", Request));
                await answers.EndAsync($"k{i}", new KeptAnswer(200, "application/json", null, new byte[100]));
            }
        }

        var whole = File.ReadAllBytes(Database);
        for (var round = 0; round < rounds; round++)
        {
            File.WriteAllBytes(Database, whole);
            DamagedFiles.Damage(Database, how, new Random(round));
            try
            {
                using var answers = Open();
                Assert.Equal("overwritten", how);
            }
            catch (ConfigurationException refusal)
            {
                Assert.Contains(Database, refusal.Message, StringComparison.Ordinal);
                Assert.Contains("--journal-repair", refusal.Message, StringComparison.Ordinal);
            }

            if (how == "overwritten" && !AnswerFile.IsDamaged(Database))
            {
                // Only the bytes of answers were hit, of which there is no checksum.
                continue;
            }

            var aside = KeptAnswers.MoveAsideIfDamaged(temp.Path, time.GetUtcNow());
            time.Advance(TimeSpan.FromSeconds(1));

            Assert.True(Path.Exists(aside));
            using (var anew = Open())
            {
                Assert.Null(await anew.BeginAsync("k1", Request));
            }

            foreach (var file in Directory.GetFiles(temp.Path, "answers.db*"))
            {
                File.Delete(file);
            }
        }
    }

    [Fact]
    public void An_undamaged_file_is_left_alone()
    {
        Open().Dispose();

        Assert.Null(KeptAnswers.MoveAsideIfDamaged(temp.Path, time.GetUtcNow()));
        Assert.True(File.Exists(Database));
    }

    [Fact]
    public async Task An_answer_is_forgotten_after_a_day_without_a_look_at_all_of_them()
    {
        using var answers = Open();
        Assert.Null(await answers.BeginAsync("k1", Request));
        await answers.EndAsync("k1", new KeptAnswer(204, null, null, []));
        time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(204, (await answers.BeginAsync("k1", Request))!.Answer!.Status);
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(await answers.BeginAsync("k1", Request));

        using var beside = new SqliteConnection($"Data Source={Database};Pooling=False");
        beside.Open();
        using var plan = beside.CreateCommand();
        plan.CommandText = "EXPLAIN QUERY PLAN DELETE FROM answers WHERE at < 1";
        using var row = plan.ExecuteReader();
        Assert.True(row.Read());
        Assert.Contains("USING COVERING INDEX answers_at", row.GetString(3).Replace("USING INDEX", "USING COVERING INDEX", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_waits_for_the_disk_on_no_thread_and_a_repeated_request_does_not_wait_at_all()
    {
        using var answers = Open();
        using var beside = new SqliteConnection($"Data Source={Database};Pooling=False");
        beside.Open();
        beside.Execute("BEGIN IMMEDIATE");

        var first = answers.BeginAsync("k1", Request);
        var second = answers.BeginAsync("k1", Request);

        Assert.True(second.IsCompletedSuccessfully);
        Assert.True((await second)!.UnderWay);
        Assert.False(first.IsCompleted);
        beside.Execute("ROLLBACK");
        Assert.Null(await first);
    }

    [Fact]
    public async Task Many_at_once_get_one_key_each()
    {
        using var answers = Open();
        var taken = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(() => answers.BeginAsync($"k{i % 100}", Request))));

        Assert.Equal(100, taken.Count(static known => known is null));
        Assert.All(taken.Where(static known => known is not null), static known => Assert.True(known!.UnderWay));
    }

    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 2)]
    public async Task So_many_keys_are_kept_and_each_is_free_again_after_a_day(bool shared, int ofOne)
    {
        var limits = new LimitsOptions { IdempotencyKeys = 4 };
        using (var answers = Open(limits))
        {
            for (var i = 0; i < ofOne; i++)
            {
                Assert.Null(await answers.BeginAsync($"ci\nk{i}", Request, shared));
                await answers.EndAsync($"ci\nk{i}", new KeptAnswer(204, null, null, []));
                time.Advance(TimeSpan.FromHours(1));
            }

            await RefusedAsync(answers, "ci\nnew");
            // The ones there are answer, and one that is given back leaves its place.
            Assert.Equal(204, (await answers.BeginAsync("ci\nk0", Request, shared))!.Answer!.Status);
            await answers.ReleaseAsync("ci\nk1");
            Assert.Null(await answers.BeginAsync("ci\nk1", Request, shared));
        }

        using var anew = Open(limits);
        await RefusedAsync(anew, "ci\nnew");
        if (shared)
        {
            Assert.Null(await anew.BeginAsync("other\nk0", Request, shared));
        }

        time.Advance(TimeSpan.FromHours(24 - ofOne) + TimeSpan.FromTicks(1));
        Assert.Null(await anew.BeginAsync("ci\nnew", Request, shared));
        await RefusedAsync(anew, "ci\nnewer");

        async Task RefusedAsync(KeptAnswers from, string key)
        {
            var refusal = await Assert.ThrowsAsync<LimitReachedException>(() => from.BeginAsync(key, Request, shared));
            Assert.Equal(nameof(LimitsOptions.IdempotencyKeys), refusal.Setting);
        }
    }

    [Fact]
    public async Task No_new_key_is_taken_once_so_many_bytes_of_answers_are_kept()
    {
        using var answers = Open(new LimitsOptions { IdempotencyBytes = 1 << 20 });
        Assert.Null(await answers.BeginAsync("ci\nk0", Request, shared: true));
        await answers.EndAsync("ci\nk0", new KeptAnswer(200, null, null, new byte[1 << 19]));
        var refusal = await Assert.ThrowsAsync<LimitReachedException>(() => answers.BeginAsync("ci\nk1", Request, shared: true));
        Assert.Equal(nameof(LimitsOptions.IdempotencyBytes), refusal.Setting);
        Assert.Null(await answers.BeginAsync("other\nk1", Request, shared: true));
        time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromTicks(1));
        Assert.Null(await answers.BeginAsync("ci\nk1", Request, shared: true));
        Assert.Equal((0, 0), answers.Used);
    }

    [Fact]
    public async Task Keys_of_an_older_file_are_counted()
    {
        using (var before = Open())
        {
            Assert.Null(await before.BeginAsync("ci\nk0", Request));
            await before.EndAsync("ci\nk0", new KeptAnswer(200, null, null, new byte[100]));
            Assert.Null(await before.BeginAsync("other\nk0", Request));
        }

        using (var beside = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            beside.Open();
            beside.Execute("DROP TRIGGER answers_taken; DROP TRIGGER answers_kept; DROP TRIGGER answers_dropped; DROP TABLE callers");
        }

        using var answers = Open(new LimitsOptions { IdempotencyKeys = 2 });
        await Assert.ThrowsAsync<LimitReachedException>(() => answers.BeginAsync("third\nk0", Request));
        Assert.Equal((2, 100), answers.Used);
    }

    private KeptAnswers Open(LimitsOptions? limits = null) => new(temp.Path, limits ?? new LimitsOptions(), new TrustedClock(path: null, time), time, NullLogger<KeptAnswers>.Instance);
}
