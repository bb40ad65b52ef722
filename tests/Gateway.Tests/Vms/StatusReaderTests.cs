using Gateway.Vms;
using Gateway.Vms.Status;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Vms;

public sealed class StatusReaderTests
{
    [Fact]
    public async Task No_answer_is_older_than_its_caller_however_closely_callers_and_answers_meet()
    {
        // The window is some instructions wide: enough questions, on threads of their own, for some to fall into it.
        const int callers = 4;
        const int questions = 150_000;
        var asked = 0;
        var reader = new StatusReader(async () =>
        {
            var number = Interlocked.Increment(ref asked);
            await Task.Yield();
            return Status(number);
        });

        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (int before; (before = Volatile.Read(ref asked)) < questions;)
            {
                var answered = Number(await reader.Join().Answer);
                Assert.True(answered > before, $"question {answered} was the answer to a caller who came after question {before}");
            }
        })));
    }

    private static VmStatus Status(int number) => VmStatus.From(
        new JsonText(System.Text.Encoding.UTF8.GetBytes($$"""{"running":true,"status":"running","number":{{number}}}""")), default);

    private static int Number(VmStatus status) => System.Text.Json.JsonElement.Parse(status.Text.Utf8.Span).GetProperty("number").GetInt32();
}
