using Gateway.Json;

namespace Gateway.Journal;

/// <summary>Reports losses of the journal that are detected at startup.</summary>
internal static partial class JournalLoss
{
    /// <summary>Returns the event that reports an unknown number of lost events of a VM.</summary>
    public static NewEvent Event(string vm, DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset now) => new(
        vm, GatewayEvents.EventsLost, EventOrigin.Gateway,
        GatewayEvents.Json(json =>
        {
            json.WriteNull("count");
            json.WritePropertyName("from");
            Times.Write(json, from);
            json.WritePropertyName("to");
            Times.Write(json, to);
        }),
        now);

    /// <summary>Logs a loss, and appends an event for each known VM.</summary>
    public static void Tell(JournalIds ids, JournalBacklog backlog, IReadOnlyCollection<string> vms, DateTimeOffset now, ILogger logger)
    {
        if (ids.Lost is { } lost)
        {
            LogLost(logger, ids.Last, ids.Floor);
            foreach (var vm in vms.Order(StringComparer.Ordinal))
            {
                backlog.Add(Event(vm, lost.From, lost.To ?? now, now));
            }
        }
        else if (!ids.IsKnown)
        {
            LogUnknown(logger, ids.Last, ids.Floor);
        }
    }

    [LoggerMessage(116, LogLevel.Error, "A part of the journal is lost: its last entry is {Last}, but readers may have seen newer ones. New ids are above {Floor}, and cursors between the two have expired.")]
    private static partial void LogLost(ILogger logger, long last, long floor);

    [LoggerMessage(115, LogLevel.Warning, "The journal's file of ids is missing, damaged or does not match the journal. New ids are above {Floor}. Cursors up to {Last} stay valid, and cursors between the two have expired.")]
    private static partial void LogUnknown(ILogger logger, long last, long floor);
}
