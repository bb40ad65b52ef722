using System.Text;
using CsCheck;
using QmpGateway.Qmp.Protocol;
using Xunit;

namespace QmpGateway.Qmp.Tests.Protocol;

public class QmpFramingProperties
{
    private static readonly Gen<(string[] Messages, string[] Between)> Conversations = Gen.Select(
        JsonGen.Object.Array[0, 5], JsonGen.Space.Array[6], static (messages, between) => (messages, between));

    [Fact]
    public void Any_messages_cut_anywhere_into_reads_and_segments_come_out_the_same()
    {
        Gen.Select(Conversations, Gen.Int[0, 400].Array[0, 12], Gen.Int[0, 400].Array[0, 12]).Sample((conversation, readCuts, segmentCuts) =>
        {
            var (messages, between) = conversation;
            var stream = Encoding.UTF8.GetBytes(between[0] + string.Concat(messages.Select((message, i) => message + between[i + 1])));
            var reads = new Reads();
            foreach (var read in Reads.Split(stream, readCuts))
            {
                reads.Arrive(Reads.Split(read, segmentCuts));
            }

            Assert.Equal(messages, reads.Messages);
            Assert.Equal(0, reads.Unread);
        });
    }

    [Fact]
    public void Random_bytes_are_framed_or_refused_and_nothing_else()
    {
        Gen.Select(Gen.OneOf(Gen.Byte, Gen.OneOf("{}[]\"\\ \r\n:"u8.ToArray())).Array[0, 60], Gen.Int[0, 60].Array[0, 5]).Sample((bytes, cuts) =>
        {
            var reads = new Reads();
            try
            {
                foreach (var read in Reads.Split(bytes, cuts))
                {
                    reads.Arrive(read);
                }
            }
            catch (QmpProtocolException)
            {
                // Refused.
            }

            Assert.All(reads.Messages, static message => Assert.StartsWith("{", message, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Any_stream_valid_or_broken_comes_out_the_same_however_it_is_cut()
    {
        var pieces = Gen.Frequency(
            (6, JsonGen.Object), (3, JsonGen.Space), (1, Gen.OneOf("}", "]", "\"", "\\", "{]", "{\"a", "SSH-2.0", "\0", "{\"a\":}", "[1]", "{{")));
        Gen.Select(pieces.Array[0, 8], Gen.Int[0, 300].Array[0, 12], Gen.Int[0, 300].Array[0, 12]).Sample(static (parts, cuts, others) =>
        {
            var stream = Encoding.UTF8.GetBytes(string.Concat(parts));

            Assert.Equal(Outcome(stream, cuts), Outcome(stream, others));
        });
    }

    [Fact]
    public void No_more_than_the_longest_message_is_ever_held_back()
    {
        const int longest = 40;
        Gen.Select(JsonGen.Object.Array[0, 6], Gen.Int[0, 300].Array[0, 12]).Sample(static (messages, cuts) =>
        {
            var reads = new Reads(longest);
            try
            {
                foreach (var read in Reads.Split(Encoding.UTF8.GetBytes(string.Concat(messages)), cuts))
                {
                    reads.Arrive(read);
                    Assert.InRange(reads.Unread, 0, longest);
                }

                Assert.All(reads.Messages, static message => Assert.InRange(Encoding.UTF8.GetByteCount(message), 2, longest));
            }
            catch (QmpProtocolException)
            {
                Assert.Contains(messages, static message => Encoding.UTF8.GetByteCount(message) > longest);
            }
        });
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(2000)]
    public void Nesting_is_no_matter_of_framing_but_1024_levels_are_all_that_is_read(int levels)
    {
        var deep = $$"""{"return": {{new string('[', levels - 1)}}{{new string(']', levels - 1)}}}""";
        var reads = new Reads().Arrive(Reads.Split(Encoding.UTF8.GetBytes(deep), 7, 11, 500, 1025));

        Assert.Equal([deep], reads.Messages);
        var parse = () => QmpMessage.Parse(Reads.Sequence([Encoding.UTF8.GetBytes(deep)]));
        if (levels > 1024)
        {
            Assert.Throws<QmpProtocolException>(() => parse());
        }
        else
        {
            Assert.Equal(deep["""{"return": """.Length..^1], parse().Return.ToString());
        }
    }

    /// <summary>The messages, and whether the rest was refused.</summary>
    private static string Outcome(byte[] stream, int[] cuts)
    {
        var reads = new Reads();
        try
        {
            foreach (var read in Reads.Split(stream, cuts))
            {
                reads.Arrive(read);
            }

            return $"{string.Join('\n', reads.Messages)}, {reads.Unread} bytes to come";
        }
        catch (QmpProtocolException)
        {
            return $"{string.Join('\n', reads.Messages)}, then refused";
        }
    }
}
