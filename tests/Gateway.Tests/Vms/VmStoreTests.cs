using Gateway.Data;
using Gateway.Settings;
using Gateway.Vms;
using Gateway.Vms.Registry;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Vms;

public sealed class VmStoreTests : IDisposable
{
    private readonly TempDirectory temp = new();
    private readonly string path;

    public VmStoreTests() => path = temp.File("vms.json");

    public void Dispose() => temp.Dispose();

    [Fact]
    public void Nothing_stored_means_no_vms()
    {
        var stored = new VmStore(path).Load();

        Assert.Empty(stored.Vms);
        Assert.Empty(stored.Known);
    }

    [Fact]
    public void What_cannot_be_written_says_what_to_do()
    {
        var failure = Assert.Throws<StorageException>(() => new VmStore(temp.File("gone/vms.json")).Save(new StoredVms()));
        Assert.Contains("Gateway:DataDirectory", failure.Message);
    }

    [Fact]
    public void What_cannot_be_written_leaves_nothing_behind_and_names_no_path()
    {
        // The new file is written, and cannot take its place.
        Directory.CreateDirectory(temp.File("vms.json/full"));
        var failure = Assert.Throws<StorageException>(() => new VmStore(path).Save(new StoredVms()));
        Assert.DoesNotContain(temp.Path, failure.Message);
        Assert.False(Path.Exists(path + ".new"));
    }

    [Theory]
    [InlineData("No space left on device : '/data/vms.json.new'", "No space left on device")]
    [InlineData("Access to the path '/data/vms.json.new' is denied.", "Access to the path is denied")]
    [InlineData("Input/output error", "Input/output error")]
    public void A_failure_of_the_disk_is_told_without_its_paths(string cause, string reason) => Assert.Equal(
        $"Nothing was done, because it cannot be written: {reason}. Free space in Gateway:DataDirectory, or make it writable.", new StorageException("it", new IOException(cause)).Message);

    [Fact]
    public void What_is_saved_is_loaded()
    {
        var definition = new VmDefinition(
            "web1",
            QmpEndpoint.Parse("unix:/run/qemu/web1.qmp"),
            VmSource.Api,
            VmDefinition.Sorted([new("rack", "ä \"1\""), new("", "")]),
            new SetActionArguments { Panic = PanicAction.ExitFailure, Reboot = RebootAction.Of("of-a-newer-qemu") });
        var bare = new VmDefinition("0", QmpEndpoint.Parse("tcp:[::1]:4444"), VmSource.Api, VmDefinition.Sorted([]), null);
        var stored = new StoredVms();
        stored.Vms.Add("web1", StoredVm.From(definition));
        stored.Vms.Add("0", StoredVm.From(bare));
        stored.Known.Add("web1", VmSource.Api);
        stored.Known.Add("found", VmSource.Discovery);
        stored.Known.Add("set", VmSource.Configuration);

        new VmStore(path).Save(stored);
        var loaded = new VmStore(path).Load();

        AssertSame(definition, loaded.Vms["web1"].Define("web1"));
        AssertSame(bare, loaded.Vms["0"].Define("0"));
        Assert.Equal(stored.Known, loaded.Known);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"vms\":{\"web1\":")]
    [InlineData("[]")]
    [InlineData("{\"vms\":null}")]
    [InlineData("{\"vms\":{\"web1\":null}}")]
    [InlineData("{\"vms\":{\"web1\":{\"labels\":{}}}}")]
    [InlineData("{\"vms\":{\"web1\":{\"endpoint\":\"nowhere\",\"labels\":{}}}}")]
    [InlineData("{\"known\":{\"web1\":\"a-source-of-tomorrow\"}}")]
    public void A_damaged_file_is_named_and_what_to_do_is_said(string content)
    {
        File.WriteAllText(path, content);

        var refusal = Assert.Throws<ConfigurationException>(() => new VmStore(path).Load());

        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--journal-repair", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_in_its_place_is_damage_too()
    {
        Directory.CreateDirectory(path);

        Assert.Contains("--journal-repair", Assert.Throws<ConfigurationException>(() => new VmStore(path).Load()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_moved_aside_whole_and_another_is_left_alone()
    {
        var store = new VmStore(path);
        Assert.Null(store.MoveAsideIfDamaged(DateTimeOffset.UnixEpoch));
        store.Save(new StoredVms());
        Assert.Null(store.MoveAsideIfDamaged(DateTimeOffset.UnixEpoch));
        File.WriteAllText(path, "{\"vms\":{\"we");

        var aside = store.MoveAsideIfDamaged(DateTimeOffset.UnixEpoch);

        Assert.Equal(path + ".damaged-19700101T000000.000Z", aside);
        Assert.Equal("{\"vms\":{\"we", File.ReadAllText(aside!));
        Assert.Empty(store.Load().Vms);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named()
    {
        using var held = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        var refusal = Assert.Throws<ConfigurationException>(() => new VmStore(path).Load());

        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_save_that_a_crash_cut_short_leaves_the_old_file()
    {
        var store = new VmStore(path);
        var stored = new StoredVms();
        stored.Known.Add("web1", VmSource.Api);
        store.Save(stored);
        File.WriteAllText(path + ".new", "{\"vms\":{\"we");

        Assert.Equal(stored.Known, store.Load().Known);

        stored.Known.Add("web2", VmSource.Api);
        store.Save(stored);
        Assert.Equal(stored.Known, store.Load().Known);
    }

    [Fact]
    public void The_file_is_replaced_and_not_written_over()
    {
        var store = new VmStore(path);
        store.Save(new StoredVms());
        using var before = File.OpenText(path);
        var stored = new StoredVms();
        stored.Known.Add("web1", VmSource.Api);

        store.Save(stored);

        Assert.DoesNotContain("web1", before.ReadToEnd(), StringComparison.Ordinal);
        Assert.Contains("web1", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFiles(temp.Path));
    }

    [Fact]
    public void The_file_is_closed_to_other_users()
    {
        new VmStore(path).Save(new StoredVms());

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    private static void AssertSame(VmDefinition expected, VmDefinition actual)
    {
        Assert.Equal(expected.Labels, actual.Labels);
        // Records compare their dictionaries by reference.
        Assert.Equal(expected with { Labels = actual.Labels }, actual);
    }
}
