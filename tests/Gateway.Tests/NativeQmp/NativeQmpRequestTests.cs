using System.Text;
using Gateway.NativeQmp;
using Xunit;

namespace Gateway.Tests.NativeQmp;

/// <summary>What a message of a native QMP client says.</summary>
public sealed class NativeQmpRequestTests
{
    [Theory]
    [InlineData("{\"execute\":\"query-name\",\"id\":\"\u00ff\"}")]
    [InlineData("{\"execute\":\"query-name\",\"id\":\"\u00c0\u00ae\"}")]
    [InlineData("{\"execute\":\"query-name\",\"arguments\":{\"\u00ff\":1}}")]
    [InlineData("{\"execute\":\"query-\u00e9\"}")]
    public void What_is_not_UTF_8_is_refused_as_QEMU_refuses_it(string latin1)
    {
        // An id comes back as it was spelled, and a WebSocket's text must be UTF-8.
        var request = NativeQmpRequest.Read(new NativeQmpInput(Encoding.Latin1.GetBytes(latin1), null), outOfBand: false);
        Assert.Equal("JSON parse error, invalid UTF-8 sequence in string", request.Fault);
        Assert.Null(request.Id);
    }
}
