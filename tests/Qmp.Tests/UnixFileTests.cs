using TestSupport;
using Xunit;

namespace QmpGateway.Qmp.Tests;

public sealed class UnixFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("qmp").FullName;

    [Fact]
    public void A_socket_is_told_from_files_and_folders_also_through_a_link()
    {
        using var socket = FakeQemu.OnUnix(In("socket"));
        File.WriteAllText(In("file"), "");
        File.CreateSymbolicLink(In("link"), In("socket"));
        File.CreateSymbolicLink(In("dangling"), In("nothing"));

        Assert.True(UnixFile.Look(In("socket"))!.Value.IsSocket);
        Assert.True(UnixFile.Look(In("link"))!.Value.IsSocket);
        Assert.False(UnixFile.Look(In("file"))!.Value.IsSocket);
        Assert.False(UnixFile.Look(folder)!.Value.IsSocket);
        Assert.Null(UnixFile.Look(In("nothing")));
        Assert.Null(UnixFile.Look(In("dangling")));
        Assert.Null(UnixFile.Look(In("file/below")));
    }

    [Fact]
    public void A_link_is_looked_at_itself_where_asked()
    {
        using var socket = FakeQemu.OnUnix(In("socket"));
        File.CreateSymbolicLink(In("link"), In("socket"));
        File.CreateSymbolicLink(In("dangling"), In("nothing"));

        Assert.True(UnixFile.LookAtLink(In("socket"))!.Value.IsSocket);
        Assert.False(UnixFile.LookAtLink(In("link"))!.Value.IsSocket);
        Assert.NotNull(UnixFile.LookAtLink(In("dangling")));
        Assert.Null(UnixFile.LookAtLink(In("nothing")));
    }

    [Fact]
    public void A_file_has_its_mode_and_its_owner()
    {
        const UnixFileMode Mode = UnixFileMode.StickyBit | UnixFileMode.UserWrite | UnixFileMode.OtherWrite;
        File.SetUnixFileMode(folder, Mode | UnixFileMode.UserExecute);
        File.WriteAllText(In("file"), "");
        File.SetUnixFileMode(In("file"), UnixFileMode.GroupRead);

        Assert.Equal(Mode | UnixFileMode.UserExecute, UnixFile.Look(folder)!.Value.Mode);
        Assert.Equal(UnixFileMode.GroupRead, UnixFile.Look(In("file"))!.Value.Mode);
        Assert.Equal(UnixFile.Look("/proc/self")!.Value.Owner, UnixFile.Look(In("file"))!.Value.Owner);
        Assert.Equal(0u, UnixFile.Look("/")!.Value.Owner);
    }

    [Fact]
    public void A_file_keeps_its_identity_and_one_made_later_has_another()
    {
        using var socket = FakeQemu.OnUnix(In("socket"));
        var first = UnixFile.Look(In("socket"))!.Value.Identity;
        Assert.Equal(first, UnixFile.Look(In("socket"))!.Value.Identity);

        File.Move(In("socket"), In("moved"));
        using var later = FakeQemu.OnUnix(In("socket"));

        Assert.Equal(first, UnixFile.Look(In("moved"))!.Value.Identity);
        Assert.NotEqual(first, UnixFile.Look(In("socket"))!.Value.Identity);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string In(string name) => Path.Combine(folder, name);

    [Fact]
    public void A_directory_keeps_its_birth_whatever_is_made_in_it_and_one_made_later_has_another()
    {
        var path = Directory.CreateTempSubdirectory("qmp").FullName;
        var birth = UnixFile.Look(path)!.Value.Birth;
        File.WriteAllText(Path.Combine(path, "file"), "");
        Assert.Equal(birth, UnixFile.Look(path)!.Value.Birth);
        Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(path);
        Assert.NotEqual(birth, UnixFile.Look(path)!.Value.Birth);
        Directory.Delete(path);
    }
}
