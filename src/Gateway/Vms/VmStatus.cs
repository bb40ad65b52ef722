using System.Text.Json;
using QmpGateway.Qmp;

namespace Gateway.Vms;

/// <summary>A reply to <c>query-status</c>.</summary>
/// <param name="Text">The reply as QEMU wrote it.</param>
/// <param name="State">Its <c>status</c> member.</param>
/// <param name="Running">Its <c>running</c> member.</param>
/// <param name="ObservedAt">When the reply was received.</param>
public sealed record VmStatus(JsonText Text, RunState State, bool Running, DateTimeOffset ObservedAt)
{
    /// <summary>Parses QEMU's reply.</summary>
    /// <param name="answer">The reply.</param>
    /// <param name="observedAt">When the reply was received.</param>
    /// <param name="last">The previous status. Most replies are identical to the previous one, and are not parsed again.</param>
    /// <exception cref="QmpProtocolException">The reply is not a valid <c>StatusInfo</c>.</exception>
    public static VmStatus From(JsonText answer, DateTimeOffset observedAt, VmStatus? last = null)
    {
        if (last is not null && last.Text == answer)
        {
            return last with { ObservedAt = observedAt };
        }

        try
        {
            var status = answer.Deserialize(RunStateJson.Default.StatusInfo) ?? throw new JsonException("it is null");
            return new VmStatus(answer, status.Status, status.Running, observedAt);
        }
        catch (JsonException invalid)
        {
            // The parser's message would name types of this program.
            throw new QmpProtocolException(
                $"QEMU's answer to {RunStateCommands.QueryStatus} is not a status: it must have a string \"status\" and a boolean \"running\".", invalid, RunStateCommands.QueryStatus);
        }
    }
}
