using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using TestSupport;
using Xunit;

namespace QmpGateway.Qmp.Tests.Connection;

public class StressTests
{
    [Fact]
    public async Task Ten_thousand_commands_of_200_callers_get_their_own_answers_out_of_order_and_between_events()
    {
        const int callers = 200, each = 50;
        await using var session = await Session.StartAsync();
        var qemu = AnswerAsync(session.Qemu, callers * each);

        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
            {
                var number = (caller * each) + i;
                var arguments = new JsonText(Encoding.UTF8.GetBytes($$"""{"number":{{number}}}"""));
                var call = session.Client.ExecuteAsync(new QmpCommand("echo", arguments, OutOfBand: number % 5 == 0));
                if (number % 7 == 0)
                {
                    Assert.Equal($"{number}", (await Assert.ThrowsAsync<QmpCommandException>(() => call)).Description);
                }
                else
                {
                    Assert.Equal($"{number}", (await call).ToString());
                }
            }
        }))).WaitAsync(TimeSpan.FromSeconds(60));

        var sentEvents = await qemu;
        Assert.Equal(sentEvents, session.Events.Count);
        Assert.Equal(Enumerable.Range(0, sentEvents).Select(static i => $"E{i}"), session.Events.Select(static happened => happened.Name));
        Assert.Equal(0, session.Client.UnclaimedReplies);
    }

    [Fact]
    public async Task When_the_line_breaks_under_load_what_was_called_unsent_was_never_received()
    {
        for (var round = 0; round < 20; round++)
        {
            await using var session = await Session.StartAsync();
            var unsent = new ConcurrentBag<string>();
            var answered = new ConcurrentBag<string>();
            var qemu = AnswerAsync(session.Qemu, 50 + round);
            var callers = Enumerable.Range(0, 100).Select(caller => Task.Run(async () =>
            {
                for (var i = 0; ; i++)
                {
                    var name = $"c{caller}-{i}";
                    try
                    {
                        await session.RunAsync(name);
                        answered.Add(name);
                    }
                    catch (QmpDisconnectedException ended) when (ended.Sent)
                    {
                        // Unknown.
                    }
                    catch (QmpDisconnectedException)
                    {
                        unsent.Add(name);
                        return;
                    }
                }
            })).ToArray();

            await qemu;
            session.Qemu.Close();
            await Task.WhenAll(callers).WaitAsync(TimeSpan.FromSeconds(60));
            await session.Client.DisposeAsync();
            await session.Qemu.Closed;

            var received = session.Qemu.Received.Select(static command => command.Name).ToHashSet();
            Assert.DoesNotContain(unsent, received.Contains);
            Assert.All(answered, name => Assert.Contains(name, received));
        }
    }

    /// <summary>Answers that many commands, whatever is there in any order, with the number they bring, and sends events between; answers how many.</summary>
    private static async Task<int> AnswerAsync(FakeConnection qemu, int count)
    {
        var random = new Random(count);
        var events = 0;
        for (var answered = 0; answered < count;)
        {
            var waiting = new List<FakeCommand> { await qemu.ReceiveAsync() };
            while (qemu.Commands.TryRead(out var another))
            {
                waiting.Add(another);
            }

            var batch = waiting.ToArray();
            random.Shuffle(batch);
            var text = new StringBuilder();
            foreach (var command in batch)
            {
                if (random.Next(3) == 0)
                {
                    text.Append($"{{\"event\": \"E{events++}\"}}\r\n");
                }

                var number = command.Arguments.ValueKind == JsonValueKind.Object ? command.Arguments.GetProperty("number").GetInt32() : 1;
                text.Append(number % 7 == 0
                    ? $$$"""{"error": {"class": "GenericError", "desc": "{{{number}}}"}, "id": "{{{command.Id}}}"}"""
                    : $$"""{"return": {{number}}, "id": "{{command.Id}}"}""");
            }

            await qemu.SendAsync(text.ToString());
            answered += batch.Length;
        }

        return events;
    }
}
