using Gateway.Data;
using Gateway.Settings;
using Xunit;

namespace Gateway.Tests.Configuration;

public sealed class DataDirectoryTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Everybody = OwnerOnly | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly TempDirectory temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public void A_directory_that_is_made_is_closed_to_others()
    {
        using var data = DataDirectory.Take(temp.File("state/qmp-gateway"));

        Assert.Equal(temp.File("state/qmp-gateway"), data.Path);
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(data.Path));
        Assert.All(Directory.GetFiles(data.Path), file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void A_directory_that_stands_keeps_its_mode()
    {
        const UnixFileMode open = OwnerOnly | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        File.SetUnixFileMode(temp.Path, open);

        using var data = DataDirectory.Take(temp.Path);

        Assert.Equal(open, File.GetUnixFileMode(temp.Path));
    }

    [Fact]
    public void A_directory_that_everybody_could_write_to_is_closed()
    {
        File.SetUnixFileMode(temp.Path, Everybody);

        using var data = DataDirectory.Take(temp.Path);

        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(temp.Path));
    }

    [Fact]
    public void A_directory_that_is_shared_is_refused_and_left_as_it_is()
    {
        File.SetUnixFileMode(temp.Path, Everybody | UnixFileMode.StickyBit);

        var refusal = Assert.Throws<ConfigurationException>(() => DataDirectory.Take(temp.Path));

        Assert.Contains($"Gateway:DataDirectory = '{temp.Path}' cannot be used: every user can write to it", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(Everybody | UnixFileMode.StickyBit, File.GetUnixFileMode(temp.Path));
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    [Theory]
    [InlineData("lock")]
    [InlineData("journal.db")]
    [InlineData("journal.db-wal")]
    [InlineData("journal.db-shm")]
    [InlineData("journal.ids")]
    [InlineData("vms.json")]
    [InlineData("answers.db")]
    [InlineData("answers.db-wal")]
    [InlineData("audit.jsonl")]
    [InlineData("audit.1.jsonl")]
    [InlineData("unauthenticated.jsonl")]
    public void Files_that_others_could_read_are_closed(string name)
    {
        File.WriteAllText(temp.File(name), "");
        File.WriteAllText(temp.File("notes.txt"), "");
        File.SetUnixFileMode(temp.File(name), Everybody);
        File.SetUnixFileMode(temp.File("notes.txt"), Everybody);

        using var data = DataDirectory.Take(temp.Path);

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(temp.File(name)));
        Assert.Equal(Everybody, File.GetUnixFileMode(temp.File("notes.txt")));
    }

    [Fact]
    public void A_link_is_not_followed_and_refused_where_everybody_could_have_made_it()
    {
        using var other = new TempDirectory();
        File.WriteAllText(other.File("precious"), "");
        File.SetUnixFileMode(other.File("precious"), Everybody);
        File.CreateSymbolicLink(temp.File("journal.old"), other.File("precious"));
        DataDirectory.Take(temp.Path).Dispose();
        Assert.Equal(Everybody, File.GetUnixFileMode(other.File("precious")));

        File.SetUnixFileMode(temp.Path, Everybody);

        Assert.Contains("does not belong to the gateway", Assert.Throws<ConfigurationException>(() => DataDirectory.Take(temp.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_gateway_is_refused_and_told_where_and_why()
    {
        using var first = DataDirectory.Take(temp.Path);

        var refusal = Assert.Throws<ConfigurationException>(() => DataDirectory.Take(temp.Path));

        Assert.Contains($"Gateway:DataDirectory = '{temp.Path}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("another gateway", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_second_gateway_is_refused_also_where_the_lock_file_was_deleted_or_is_another(bool another)
    {
        using var first = DataDirectory.Take(temp.Path);
        File.Delete(temp.File("lock"));
        if (another)
        {
            File.WriteAllText(temp.File("lock"), "");
        }

        Assert.Contains("is in use by another gateway", Assert.Throws<ConfigurationException>(() => DataDirectory.Take(temp.Path)).Message, StringComparison.Ordinal);

        var link = temp.Path + "-link";
        Directory.CreateSymbolicLink(link, temp.Path);
        Assert.Throws<ConfigurationException>(() => DataDirectory.Take(link));
        Directory.Delete(link);
    }

    [Fact]
    public void A_gateway_that_knows_the_lock_file_only_is_noticed_too()
    {
        using var older = new FileStream(temp.File("lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        Assert.Contains("is in use by another gateway", Assert.Throws<ConfigurationException>(() => DataDirectory.Take(temp.Path)).Message, StringComparison.Ordinal);

        older.Dispose();
        DataDirectory.Take(temp.Path).Dispose();
    }

    [Fact]
    public void A_directory_let_go_can_be_taken_again()
    {
        DataDirectory.Take(temp.Path).Dispose();

        DataDirectory.Take(temp.Path).Dispose();
    }

    [Fact]
    public void What_is_no_directory_is_told()
    {
        File.WriteAllText(temp.File("file"), "");

        var refusal = Assert.Throws<ConfigurationException>(() => DataDirectory.Take(temp.File("file")));

        Assert.Contains($"Gateway:DataDirectory = '{temp.File("file")}'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_a_gateway_writes_is_closed_to_others_also_in_an_open_directory()
    {
        await using var host = new GatewayHost();
        File.SetUnixFileMode(host.DataDirectory, OwnerOnly | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        await host.StartAsync();
        (await host.PutAsync("/vms/web1", """{"endpoint":"unix:/fake/web1"}""", ("Idempotency-Key", "first"))).Ok(201);

        Assert.All(Directory.GetFiles(host.DataDirectory), file => Assert.Equal((file, OwnerOnly), (file, File.GetUnixFileMode(file))));
    }

    [Fact]
    public void A_file_made_in_an_open_directory_is_closed_to_others_and_one_that_stands_is_left_alone()
    {
        DataDirectory.MakeFile(temp.File("new"));
        File.WriteAllText(temp.File("old"), "content");

        DataDirectory.MakeFile(temp.File("old"));

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(temp.File("new")));
        Assert.Equal("content", File.ReadAllText(temp.File("old")));
    }
}
