using CsCheck;
using Xunit;

namespace QmpGateway.Qmp.Tests;

public class QmpEndpointTests
{
    [Theory]
    [InlineData("unix:/run/qemu/web1.qmp")]
    [InlineData("unix:/a")]
    [InlineData("unix:/with space/and:colon/é.sock")]
    [InlineData("tcp:localhost:4444")]
    [InlineData("tcp:127.0.0.1:1")]
    [InlineData("tcp:vm-host.example.org:65535")]
    [InlineData("tcp:[::1]:4444")]
    [InlineData("tcp:[fe80::1%2]:4444")]
    public void A_well_spelled_endpoint_is_read_and_written_alike(string text)
    {
        var endpoint = QmpEndpoint.Parse(text);

        Assert.Equal(text, endpoint.ToString());
        Assert.Equal(endpoint, QmpEndpoint.Parse(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/run/qmp.sock")]
    [InlineData("UNIX:/run/qmp.sock")]
    [InlineData(" unix:/run/qmp.sock")]
    [InlineData("unix:")]
    [InlineData("unix:/")]
    [InlineData("unix:run/qmp.sock")]
    [InlineData("unix:./qmp.sock")]
    [InlineData("unix:@abstract")]
    [InlineData("unix:\0abstract")]
    [InlineData("unix:/nul\0inside")]
    [InlineData("http://localhost:4444")]
    [InlineData("tcp:")]
    [InlineData("tcp:localhost")]
    [InlineData("tcp::4444")]
    [InlineData("tcp:4444")]
    [InlineData("tcp:localhost:")]
    [InlineData("tcp:localhost:0")]
    [InlineData("tcp:localhost:65536")]
    [InlineData("tcp:localhost:-1")]
    [InlineData("tcp:localhost:+1")]
    [InlineData("tcp:localhost: 1")]
    [InlineData("tcp:localhost:1 ")]
    [InlineData("tcp:local host:1")]
    [InlineData("tcp: localhost:1")]
    [InlineData("tcp:local/host:1")]
    [InlineData("tcp:user@host:1")]
    [InlineData("tcp:::1:4444")]
    [InlineData("tcp:[::1]")]
    [InlineData("tcp:[]:4444")]
    [InlineData("tcp:[[::1]]:4444")]
    [InlineData("tcp:[::1:4444")]
    [InlineData("tcp:::1]:4444")]
    [InlineData("tcp:[127.0.0.1]:4444")]
    [InlineData("tcp:[localhost]:4444")]
    public void What_is_no_endpoint_is_refused_with_words_that_say_what_one_is(string? text)
    {
        Assert.False(QmpEndpoint.TryParse(text, out var endpoint));
        Assert.Null(endpoint);
        Assert.Contains(QmpEndpoint.Format, Assert.Throws<FormatException>(() => QmpEndpoint.Parse(text!)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('a', 106)]
    [InlineData('é', 53)]
    public void A_path_fits_into_107_bytes_whatever_its_characters(char character, int count)
    {
        Assert.True(QmpEndpoint.TryParse($"unix:/{new string(character, count)}", out _));
        Assert.False(QmpEndpoint.TryParse($"unix:/{new string(character, count + 1)}", out _));
    }

    [Fact]
    public void The_brackets_are_not_part_of_the_host()
    {
        var endpoint = Assert.IsType<TcpQmpEndpoint>(QmpEndpoint.Parse("tcp:[::1]:4444"));

        Assert.Equal(("::1", 4444), (endpoint.Host, endpoint.Port));
    }

    [Fact]
    public void Whatever_is_read_is_written_so_that_it_is_read_alike()
    {
        var pieces = Gen.OneOf("unix:", "tcp:", "/", ":", "[", "]", "::", "1", "0", "65535", "a", "é", ".", "-", "%", " ", "@", "host", "\0", "127.0.0.1");
        Gen.Select(Gen.OneOf("unix:/", "tcp:", "tcp:[", ""), pieces.Array[0, 8], Gen.OneOf("", ":1", "]:1"))
            .Select(static (kind, parts, port) => kind + string.Concat(parts) + port)
            .Sample(static text =>
            {
                if (QmpEndpoint.TryParse(text, out var endpoint))
                {
                    Assert.Equal(endpoint, QmpEndpoint.Parse(endpoint.ToString()));
                }
            });
    }
}
