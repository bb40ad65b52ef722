using Gateway.Vms.Discovery;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Tests.Vms;

public sealed class DirectoryWatchTests : IDisposable
{
    private readonly TempDirectory temporary = new();
    private readonly DirectoryWatches watches = new(NullLogger<DirectoryWatches>.Instance);
    private readonly TestSignal changed = new();
    private volatile string last = "";

    private string Watched => temporary.File("run");

    public void Dispose()
    {
        watches.Dispose();
        temporary.Dispose();
    }

    [Fact]
    public async Task Who_comes_after_a_directory_was_made_anew_is_told_of_what_appears_there()
    {
        Directory.CreateDirectory(Watched);
        using var before = watches.TryWatch(Watched, static _ => { })!;
        Assert.True(before.IsLive);
        Directory.Move(Watched, temporary.File("aside"));
        Directory.CreateDirectory(Watched);
        Assert.False(before.IsLive);
        using var after = watches.TryWatch(Watched, Changed)!;
        Assert.True(after.IsLive);
        await File.WriteAllTextAsync(Path.Combine(Watched, "web1.qmp"), "", TestContext.Current.CancellationToken);
        await changed.UntilAsync(() => last == "web1.qmp", "the file");
    }

    [Fact]
    public void A_directory_that_is_gone_is_not_watched()
    {
        Directory.CreateDirectory(Watched);
        using var watch = watches.TryWatch(Watched, static _ => { })!;
        Directory.Delete(Watched);
        Assert.False(watch.IsLive);
        Assert.Null(watches.TryWatch(Watched, static _ => { }));
    }

    [Fact]
    public async Task The_end_of_an_old_watch_leaves_the_new_one_alone()
    {
        Directory.CreateDirectory(Watched);
        var before = watches.TryWatch(Watched, static _ => { })!;
        Directory.Delete(Watched);
        Directory.CreateDirectory(Watched);
        using var after = watches.TryWatch(Watched, Changed)!;
        before.Dispose();
        Assert.True(after.IsLive);
        await File.WriteAllTextAsync(Path.Combine(Watched, "web2.qmp"), "", TestContext.Current.CancellationToken);
        await changed.UntilAsync(() => last == "web2.qmp", "the file");
    }

    [Fact]
    public async Task A_waiting_socket_is_found_in_a_directory_that_was_made_anew()
    {
        Directory.CreateDirectory(Watched);
        using var socket = new SocketFileWatch(watches, Path.Combine(Watched, "web1.qmp"), () => Changed("appeared"));
        socket.Renew();
        Directory.Move(Watched, temporary.File("aside"));
        Directory.CreateDirectory(Watched);
        socket.Renew();
        await File.WriteAllTextAsync(Path.Combine(Watched, "other.qmp"), "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Watched, "web1.qmp"), "", TestContext.Current.CancellationToken);
        await changed.UntilAsync(() => last == "appeared", "the socket's file");
    }

    private void Changed(string name)
    {
        last = name;
        changed.Set();
    }
}
