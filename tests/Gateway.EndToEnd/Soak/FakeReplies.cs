using TestSupport;

namespace Gateway.EndToEnd.Soak;

/// <summary>How a fake answers: mostly at once, sometimes with an error, late, past the gateway's patience, or never.</summary>
internal sealed class FakeReplies(string vm, Random random, CommandLedger ledger)
{
    /// <summary>The command that carries a token: raw QMP takes every query.</summary>
    public const string TokenCommand = "query-soak";

    public bool Behave { get; set; }

    public async Task AnswerAsync(FakeLine line, FakeCommand command)
    {
        Receipt? receipt = null;
        switch (command.Name)
        {
            case TokenCommand:
                receipt = new Receipt(vm, line.Number, line.Incarnation);
                ledger.Heard(command.Arguments.GetProperty("token").GetString()!, receipt);
                break;
            case "inject-nmi" or "system_reset":
                ledger.Heard(vm, command.Name);
                break;
        }

        var (delay, refuse) = command.Name is "qmp_capabilities" or "query-cpus-fast" ? (TimeSpan.Zero, false) : Draw(command.Name);
        if (delay is not { } patience)
        {
            return;
        }

        try
        {
            await Task.Delay(patience);
            await ReplyAsync(line, command, refuse);
            if (receipt is not null)
            {
                receipt.Reply = refuse ? "refused" : "done";
                receipt.Settled = line.Open;
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The gateway hung up first.
        }
    }

    public static Task StatusAsync(FakeLine line, FakeCommand command) =>
        line.Connection.ReturnAsync(command, $$"""{"running": true, "singlestep": false, "status": "running", "line": {{line.Number}}}""");

    private static async Task ReplyAsync(FakeLine line, FakeCommand command, bool refuse)
    {
        if (refuse)
        {
            await line.Connection.RefuseAsync(command);
            return;
        }

        if (command.Name == "system_reset")
        {
            await line.Connection.EventAsync("RESET", """{"guest": false, "reason": "host-qmp-system-reset"}""");
        }

        await (command.Name switch
        {
            "query-status" => StatusAsync(line, command),
            "query-cpus-fast" => line.Connection.ReturnAsync(command, $$"""[{"cpu-index": 0, "thread-id": {{line.Incarnation}}}]"""),
            TokenCommand => line.Connection.ReturnAsync(command, command.Arguments.GetRawText()),
            _ => line.Connection.ReturnAsync(command),
        });
    }

    /// <summary>When to answer, null for never, and whether with an error.</summary>
    private (TimeSpan? Delay, bool Refuse) Draw(string command)
    {
        lock (random)
        {
            var refuse = command == TokenCommand && !Behave && random.Next(100) < 5;
            return (Behave ? 100 : random.Next(100)) switch
            {
                < 1 => (null, refuse),
                < 4 => (TimeSpan.FromMilliseconds(random.Next(2_000, 5_000)), refuse),
                < 10 => (TimeSpan.FromMilliseconds(random.Next(1_000)), refuse),
                _ => (TimeSpan.Zero, refuse),
            };
        }
    }
}
