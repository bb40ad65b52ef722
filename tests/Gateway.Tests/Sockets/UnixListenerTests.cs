using System.Net.Sockets;
using Gateway.Sockets;
using Xunit;

namespace Gateway.Tests.Sockets;

/// <summary>A socket's path belongs to one process at a time, and nobody else's file is ever touched.</summary>
public sealed class UnixListenerTests : IDisposable
{
    private readonly TempDirectory temporary = new();

    private string At => temporary.File("http.sock");

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void It_is_the_users_own_and_goes_with_its_lock()
    {
        using (Bind())
        {
            Assert.Equal(SocketAccess.OwnerOnly, File.GetUnixFileMode(At));
            Assert.Equal(SocketAccess.OwnerOnly, File.GetUnixFileMode($"{At}.lock"));
            using var client = NewSocket();
            client.Connect(new UnixDomainSocketEndPoint(At));
        }

        Assert.Empty(Directory.GetFiles(temporary.Path));
    }

    [Fact]
    public void It_is_closed_to_others_from_the_moment_it_is_there()
    {
        using var bound = UnixListener.Bound(At);
        Assert.Equal(SocketAccess.OwnerOnly, File.GetUnixFileMode(At));
    }

    [Fact]
    public void Its_mode_is_the_one_asked_for()
    {
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        using var bound = UnixListener.Bind(At, new SocketAccess(Mode, Group: null));
        Assert.Equal(Mode, File.GetUnixFileMode(At));
    }

    [Fact]
    public void One_that_nobody_serves_any_more_is_replaced()
    {
        LeaveBehind();
        using var bound = Bind();
        using var client = NewSocket();
        client.Connect(new UnixDomainSocketEndPoint(At));
    }

    [Fact]
    public void One_that_another_gateway_has_stays()
    {
        using var first = Bind();
        Assert.Contains("used by another process", Assert.Throws<IOException>(Bind).Message, StringComparison.Ordinal);
        using var client = NewSocket();
        client.Connect(new UnixDomainSocketEndPoint(At));
    }

    [Fact]
    public void One_whose_program_is_stopped_stays()
    {
        using var listener = NewSocket();
        listener.Bind(new UnixDomainSocketEndPoint(At));
        listener.Listen(0);
        using var waiting = NewSocket();
        waiting.Connect(new UnixDomainSocketEndPoint(At));
        Assert.Contains("another program", Assert.Throws<IOException>(Bind).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(At));
        Assert.False(File.Exists($"{At}.lock"));
    }

    [Fact]
    public void What_is_no_socket_stays()
    {
        File.WriteAllText(At, "precious");
        Assert.Contains("not a socket", Assert.Throws<IOException>(Bind).Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(At));
        File.Move(At, temporary.File("other"));
        File.CreateSymbolicLink(At, temporary.File("other"));
        Assert.Contains("not a socket", Assert.Throws<IOException>(Bind).Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(At));
    }

    [Fact]
    public void A_lock_that_is_a_link_is_refused()
    {
        File.WriteAllText(temporary.File("other"), "");
        File.CreateSymbolicLink($"{At}.lock", temporary.File("other"));
        Assert.Throws<IOException>(Bind);
    }

    [Fact]
    public void A_file_that_took_its_place_stays()
    {
        var bound = Bind();
        File.Delete(At);
        File.WriteAllText(At, "another's");
        bound.Dispose();
        Assert.Equal("another's", File.ReadAllText(At));
        File.Delete(At);
        using var next = Bind();
        bound.Dispose();
        Assert.True(File.Exists(At));
        Assert.True(File.Exists($"{At}.lock"));
    }

    private UnixListener Bind() => UnixListener.Bind(At, new SocketAccess(SocketAccess.OwnerOnly, Group: null));

    /// <summary>As a process does that is killed.</summary>
    private void LeaveBehind()
    {
        var aside = temporary.File("aside");
        using var left = NewSocket();
        left.Bind(new UnixDomainSocketEndPoint(aside));
        left.Listen();
        File.Move(aside, At);
    }

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
