using System.Text;
using CsCheck;
using QmpGateway.Qmp.Tests.Protocol;
using Xunit;

namespace QmpGateway.Qmp.Tests.Connection;

/// <summary>Whatever QEMU's end says, in whatever pieces: events come in order up to where it breaks, and the connection ends with a reason.</summary>
public class AnyStreamTests
{
    private static readonly Gen<string> Broken = Gen.OneOf(
        "{]", "}", "SSH-2.0-OpenSSH", "\0", "{\"event\": 1}", "{\"return\": 01}", "{\"event\": \"X\", \"timestamp\": 1}", "{}", "[]", "{\"a\": \"", "\"");

    [Fact]
    public async Task A_stream_that_breaks_gives_what_came_before_and_fails_the_commands_under_way() =>
        await Gen.Select(Gen.Int[0, 20], Broken, JsonGen.Object.Array[0, 3], Gen.Int[0, 600].Array[0, 12]).SampleAsync(static async (events, broken, after, cuts) =>
        {
            await using var session = await Session.StartAsync();
            var (call, _) = (await session.SendAsync(1))[0];
            var stream = string.Concat(Enumerable.Range(0, events).Select(static n => $"{{\"event\": \"E{n}\"}}\r\n")) + broken + string.Concat(after);
            foreach (var read in Reads.Split(Encoding.UTF8.GetBytes(stream), cuts))
            {
                try
                {
                    await session.Qemu.SendAsync(read);
                }
                catch (InvalidOperationException)
                {
                    // Hung up on already.
                }
            }

            session.Qemu.Close();

            Assert.NotEqual("", await session.Client.Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
            Assert.True((await Assert.ThrowsAsync<QmpDisconnectedException>(() => call)).Sent);
            Assert.Equal(Enumerable.Range(0, events).Select(static n => $"E{n}"), session.Events.Select(static e => e.Name).Take(events));
        });
}
