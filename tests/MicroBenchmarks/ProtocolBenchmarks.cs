using BenchmarkDotNet.Attributes;
using Gateway.Journal;
using QmpGateway.Qmp;
using QmpGateway.Qmp.Protocol;

namespace MicroBenchmarks;

/// <summary>QMP's side: a read that brought a hundred events, and a command.</summary>
public class ProtocolBenchmarks
{
    private const int Events = 100;

    private readonly System.Buffers.ReadOnlySequence<byte> frames = Samples.Frames(Events);
    private readonly QmpCommand command = new("set-action", new JsonText("""{"reboot":"reset","panic":"pause"}"""u8.ToArray()));
    private readonly NewEvent entry = Samples.Event();

    [Benchmark(Description = "framing of an event", OperationsPerInvoke = Events)]
    public int Framing()
    {
        var framing = new QmpFraming(QmpEnvelope.MaxCommandBytes);
        var rest = frames;
        var found = 0;
        while (framing.TryReadMessage(ref rest, out _))
        {
            found++;
        }

        return found;
    }

    [Benchmark(Description = "framing and reading of an event", OperationsPerInvoke = Events)]
    public int Reading()
    {
        var framing = new QmpFraming(QmpEnvelope.MaxCommandBytes);
        var rest = frames;
        var found = 0;
        while (framing.TryReadMessage(ref rest, out var message))
        {
            found += QmpMessage.Parse(message).Event is null ? 0 : 1;
        }

        return found;
    }

    [Benchmark(Description = "envelope of a command for QEMU")]
    public int Command() => QmpEnvelope.Write("1", command).Length;

    [Benchmark(Description = "envelope of an event for readers")]
    public int Envelope() => JournalEnvelope.Write(entry, Samples.Time).WithId(1).Length;
}
