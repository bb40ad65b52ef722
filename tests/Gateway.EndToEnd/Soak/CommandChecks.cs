using Gateway.EndToEnd.Support;

namespace Gateway.EndToEnd.Soak;

/// <summary>Holds each outcome that a client was told to be what its fake knows.</summary>
internal sealed class CommandChecks(CommandLedger ledger, IReadOnlyList<Told> history, IReadOnlySet<long> whole, SoakReport report)
{
    private readonly ILookup<string, Told> late = history.Where(static told => told.Name == "COMMAND_FINISHED_LATE")
        .ToLookup(static told => told.Envelope.Data().GetProperty("traceId").GetString()!);

    public void All()
    {
        foreach (var command in ledger.Sent)
        {
            var receipts = ledger.Receipts.GetValueOrDefault(command.Token)?.ToArray() ?? [];
            report.Count("commands with a token");
            report.Hold(IsTrue(command, receipts), () => $"{command.Vm}: a command was told {string.Join(", ", command.Outcomes)}; "
                + $"the fake received it {receipts.Length} times, and answered {string.Join(", ", receipts.Select(static r => r.Reply ?? "nothing"))}");
            Late(command, receipts);
            Run(command, receipts);
        }

        foreach (var ((vm, name), (done, maybe)) in ledger.Counted)
        {
            var received = ledger.Received.GetValueOrDefault((vm, name));
            report.Hold(done <= received && received <= done + maybe, () => $"{vm}: {name} was done {done} times and perhaps {maybe} more, and received {received} times");
        }
    }

    /// <summary>Done and refused: once, so answered. Not sent, by any try: not at all. Unknown or untold: at most once, whatever the tries.</summary>
    private static bool IsTrue(SoakCommand command, Receipt[] receipts) => receipts.Length <= 1
        && command.Outcomes.TrueForAll(static told => told is "done" or "refused" or "not-sent" or "unknown" or "nothing" or "in-progress")
        && (!command.Outcomes.Contains("done") || receipts is [{ Reply: "done" }])
        && (!command.Outcomes.Contains("refused") || receipts is [{ Reply: "refused" }])
        && (command.Outcomes.Exists(static told => told != "not-sent") || receipts.Length == 0);

    /// <summary>What was told <c>timed-out</c> is settled once if the answer came while the connection lived; nothing else is.</summary>
    private void Late(SoakCommand command, Receipt[] receipts)
    {
        foreach (var trace in command.Traces)
        {
            var told = late[trace].ToArray();
            report.Count("late answers told", told.Length);
            report.Hold(told.Length <= 1, () => $"{command.Vm}: a late answer was told {told.Length} times");
            report.Hold(told.Length == 0 || (receipts is [{ Reply: { } reply }] && told[0].Envelope.Data().GetProperty("outcome").GetString() == reply), () =>
                $"{command.Vm}: {told[0].Envelope.Data()} was told of a command that was answered {string.Join(", ", receipts.Select(static r => r.Reply))}");
        }

        if (command.TimedOut is [var waited] && receipts is [{ Settled: true, Line: var line }] && whole.Contains(line))
        {
            report.Hold(late[waited].Any(), () => $"{command.Vm}: nothing was told of the late answer to {command.Token}");
        }
    }

    /// <summary>A command held to a run was received by that run alone.</summary>
    private void Run(SoakCommand command, Receipt[] receipts)
    {
        if (command.Run is { } run && receipts is [var receipt])
        {
            var meant = ledger.Runs[$"{command.Vm} {run}"];
            report.Count("commands held to a run that it still was");
            report.Hold(meant == receipt.Incarnation, () => $"{command.Vm}: a command for run {meant} reached run {receipt.Incarnation}");
        }
    }
}
