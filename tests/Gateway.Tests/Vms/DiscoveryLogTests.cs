using Gateway.Vms;
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

        Assert.Equal(3, log.Count);
        Assert.Empty(discovery.Look());
        using (FakeQemu.OnUnix(temporary.File("no id.qmp")))
        {
            discovery.Look();
            discovery.Look();
        }

        Assert.Equal(4, log.Count);
    }

    private sealed class Lines : ILogger<SocketDiscovery>
    {
        public int Count { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Count++;
    }
}
