using System.Diagnostics;
using Gateway.Vms.Discovery;
using Microsoft.Extensions.Logging.Abstractions;
using TestSupport;
using Xunit;

namespace Gateway.Tests.Vms;

/// <summary>Which sockets of a directory are VMs, and whose.</summary>
public sealed class SocketDiscoveryTests : IDisposable
{
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly TempDirectory temporary = new();
    private readonly DirectoryWatches watches = new(NullLogger<DirectoryWatches>.Instance);
    private readonly List<FakeQemu> qemus = [];

    public void Dispose()
    {
        watches.Dispose();
        qemus.ForEach(static qemu => qemu.Dispose());
        temporary.Dispose();
    }

    [Theory]
    [InlineData("", "a,b.c")]
    [InlineData("/", "a,b.c")]
    [InlineData("/*.qmp", "a,b.c")]
    [InlineData("/*", "a,b.c,console,upper")]
    [InlineData("/*.sock", "console")]
    [InlineData("/a.*", "a")]
    [InlineData("/?.qmp", "a")]
    [InlineData("/.*", "")]
    [InlineData("/a.qmp", "")]
    public void Sockets_that_match_are_VMs(string pattern, string ids)
    {
        Make("a.qmp", "b.c.qmp", "upper.QMP", "console.sock", ".hidden.qmp");
        File.WriteAllText(temporary.File("file.qmp"), "");
        Directory.CreateDirectory(temporary.File("directory.qmp"));

        Assert.Equal(ids, Found(temporary.Path + pattern));
    }

    [Fact]
    public void Two_patterns_for_one_socket_make_one_VM()
    {
        Make("a.qmp");

        Assert.Equal("a", Found(temporary.Path, $"{temporary.Path}/a*"));
    }

    [Fact]
    public void A_link_is_no_VM_wherever_it_leads()
    {
        Make("a.sock");
        File.CreateSymbolicLink(temporary.File("b.qmp"), temporary.File("a.sock"));

        Assert.Empty(Found(temporary.Path));
    }

    [Theory]
    [InlineData(Everybody, "1", "own")]
    [InlineData(Everybody | UnixFileMode.StickyBit, "1", "own")]
    [InlineData(Everybody | UnixFileMode.StickyBit, "2", "foreign,own")]
    [InlineData(Everybody & ~UnixFileMode.OtherWrite, "1", "foreign,own")]
    public void Where_everybody_can_make_files_only_those_of_users_who_count_are_VMs(UnixFileMode mode, string directoryOwner, string ids)
    {
        AsRoot();
        var directory = Directory.CreateDirectory(temporary.File("run")).FullName;
        Make("run/own.qmp", "run/foreign.qmp");
        Chown("2", $"{directory}/foreign.qmp");
        Chown(directoryOwner, directory);
        File.SetUnixFileMode(directory, mode);
        File.SetUnixFileMode(temporary.Path, Everybody & ~UnixFileMode.OtherWrite);

        Assert.Equal(ids, Found(directory));
    }

    [Fact]
    public void A_directory_that_somebody_else_made_where_everybody_can_is_ignored()
    {
        AsRoot();
        var directory = Directory.CreateDirectory(temporary.File("run")).FullName;
        Make("run/a.qmp");
        Chown("2", directory);
        Assert.Equal("a", Found(directory));

        File.SetUnixFileMode(temporary.Path, Everybody | UnixFileMode.StickyBit);

        Assert.Empty(Found(directory));
    }

    private static void AsRoot() => Assert.True(Environment.IsPrivilegedProcess, "Run the tests as root: only root can give files to other users.");

    private static void Chown(string owner, string path)
    {
        using var chown = Process.Start("chown", [owner, path]);
        chown.WaitForExit();
        Assert.Equal(0, chown.ExitCode);
    }

    private void Make(params string[] names) => qemus.AddRange(names.Select(name => FakeQemu.OnUnix(temporary.File(name))));

    private string Found(params string[] patterns)
    {
        var discovery = new SocketDiscovery(
            [.. patterns.Select(static pattern => SocketPattern.TryParse(pattern)!)], watches, TimeProvider.System, NullLogger<SocketDiscovery>.Instance);
        return string.Join(',', discovery.Look().Select(static vm => vm.Id));
    }
}
