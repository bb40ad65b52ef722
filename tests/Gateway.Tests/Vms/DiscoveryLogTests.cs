using Gateway.Vms;
using Gateway.Vms.Discovery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TestSupport;
using Xunit;

namespace Gateway.Tests.Vms;

public sealed class DiscoveryLogTests : IDisposable
{
    private readonly TempDirectory temporary = new();
    private readonly DirectoryWatches watches = new(NullLogger<DirectoryWatches>.Instance);
    private readonly Lines log = new();

    public void Dispose()
    {
        watches.Dispose();
        temporary.Dispose();
    }

    [Fact]
    public void What_is_wrong_is_told_once_for_as_long_as_it_is_so()
    {
        var discovery = new SocketDiscovery([new(temporary.Path, "*"), new(temporary.File("missing"), "*")], watches, TimeProvider.System, log);
        using (FakeQemu.OnUnix(temporary.File("no id.qmp")))
        using (FakeQemu.OnUnix(temporary.File("a.1")))
        using (FakeQemu.OnUnix(temporary.File("a.2")))
        {
            Assert.Equal(["a"], discovery.Look().Select(static vm => vm.Id));
            Assert.Equal(["a"], discovery.Look().Select(static vm => vm.Id));
        }

        Assert.Equal(3, log.Told.Count);
        Assert.Empty(discovery.Look());
        using (FakeQemu.OnUnix(temporary.File("no id.qmp")))
        {
            discovery.Look();
            discovery.Look();
        }

        Assert.Equal(4, log.Told.Count);
    }

    [Fact]
    public void A_path_that_no_socket_address_holds_is_told_with_its_length()
    {
        var directory = Directory.CreateDirectory(temporary.File(new string('d', 107 - temporary.Path.Length - "//a.qmp".Length))).FullName;
        foreach (var name in (string[])["a.qmp", "é.qmp", "aa.qmp"])
        {
            using var qemu = FakeQemu.OnUnix(temporary.File("short"));
            File.Move(temporary.File("short"), Path.Combine(directory, name));
        }

        var discovery = new SocketDiscovery([new(directory, "*")], watches, TimeProvider.System, log);
        Assert.Equal(["a"], discovery.Look().Select(static vm => vm.Id));
        Assert.Equal(["a"], discovery.Look().Select(static vm => vm.Id));
        Assert.Equal(
            [
                $"{directory}/aa.qmp is ignored: its path has 108 bytes, but a Unix socket path may have at most 107. Use a shorter directory or file name.",
                $"{directory}/é.qmp is ignored: its name is not a valid VM id ({VmDefinition.IdFormat}).",
            ],
            log.Told);
    }

    private sealed class Lines : ILogger<SocketDiscovery>
    {
        public List<string> Told { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Told.Add(formatter(state, exception));
    }
}
