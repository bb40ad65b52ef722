using System.Collections.Concurrent;
using System.Net.Sockets;
using Gateway.Access;
using Gateway.Dashboard;
using Gateway.Journal;
using Gateway.Vms;
using Gateway.Vms.Sessions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Time.Testing;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests;

/// <summary>The whole gateway in this process, in front of fake VMs, on a data directory of its own.</summary>
public sealed class GatewayHost : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, FakeVm> fakes = new();
    private readonly Dictionary<string, string> settings = [];
    private readonly HostLog log = new();
    private readonly Factory factory;
    private HttpClient? client;

    /// <param name="vms">Ids of VMs that the configuration names, each with a fake of its own.</param>
    public GatewayHost(params string[] vms)
    {
        factory = new Factory(this);
        foreach (var vm in vms)
        {
            Set($"Gateway:Vms:{vm}:Endpoint", EndpointOf(vm));
            _ = Fake(vm);
        }
    }

    /// <summary>Where journal and registry are.</summary>
    public string DataDirectory { get; init; } = NewDirectory();

    /// <summary>Leaves the directory for the next gateway.</summary>
    public bool KeepsData { get; init; }

    /// <summary>The clock, where a test sets it.</summary>
    public FakeTimeProvider? Time { get; init; }

    /// <summary>Dials real sockets instead of the fakes.</summary>
    public bool DialsSockets { get; init; }

    /// <summary>Listens on a port of the loopback, as limits on bodies are the real server's.</summary>
    public bool ListensForReal { get; init; }

    /// <summary>The directory of the dashboard that it serves. None by default, whatever the build has made.</summary>
    public string Dashboard { get; init; } = "/nowhere";

    /// <summary>Puts other parts in the place of the gateway's own.</summary>
    public Action<IServiceCollection>? Replace { get; init; }

    /// <summary>What it logs.</summary>
    public HostLog Log => log;

    public HttpClient Client => client ?? throw new InvalidOperationException("not started");

    public TestServer Server => factory.Server;

    public IServiceProvider Services => factory.Services;

    public IJournal Journal => Services.GetRequiredService<IJournal>();

    public IVms Vms => Services.GetRequiredService<IVms>();

    public static string EndpointOf(string vm) => $"unix:/fake/{vm}";

    public static string NewDirectory() => Directory.CreateTempSubdirectory("qmp-gateway-").FullName;

    /// <summary>A gateway in front of one VM that is connected.</summary>
    public static async Task<GatewayHost> ConnectedAsync(params string[] vms)
    {
        var host = new GatewayHost(vms);
        await host.StartAsync();
        foreach (var vm in vms)
        {
            await host.ConnectedAsync(vm);
        }

        return host;
    }

    public GatewayHost Set(string key, string value)
    {
        settings[key] = value;
        return this;
    }

    /// <summary>The fake at a VM's endpoint, whether or not the gateway knows of it.</summary>
    public FakeVm Fake(string vm) => fakes.GetOrAdd(EndpointOf(vm), static _ => FakeVm.InMemory());

    public Task StartAsync()
    {
        if (ListensForReal)
        {
            factory.UseKestrel(0);
        }

        client = factory.CreateClient();
        client.Timeout = TestSignal.Patience;
        return Task.CompletedTask;
    }

    /// <summary>The last known of a VM.</summary>
    public VmSnapshot Snapshot(string vm) => Vms.Get(vm).Snapshot;

    /// <summary>A VM's monitor, past what clients have to pass.</summary>
    internal IVmMonitor Monitor(string vm) => (IVmMonitor)Vms.Get(vm);

    /// <summary>Waits until a VM is connected and its status is known.</summary>
    public async Task ConnectedAsync(string vm)
    {
        await EventuallyAsync(() => Snapshot(vm).Connection.State == ConnectionState.Connected, $"{vm} connected");
        await this.EventAsync(vm, "VM_CONNECTED");
    }

    /// <summary>Looks until something is so that no event tells; the clock goes on meanwhile where a test gives a step for it.</summary>
    public async Task EventuallyAsync(Func<bool> condition, string what, TimeSpan? step = null)
    {
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, $"{what} did not come");
            Time?.Advance(step ?? TimeSpan.Zero);
            await Task.Delay(1, CancellationToken.None);
        }
    }

    /// <summary>Moves the clock on, in steps, until a task ends.</summary>
    public async Task<T> AdvanceUntilAsync<T>(Task<T> task, TimeSpan step)
    {
        await EventuallyAsync(() => task.IsCompleted, "the end", step);
        return await task;
    }

    /// <summary>What the gateway has logged, but for details and levels.</summary>
    public IReadOnlyCollection<string> LogLines => [.. log.Lines.Select(static line => line.Split(": ", 2)[1])];

    /// <summary>The faults logged so far were the test's own doing.</summary>
    public void ForgetFaults() => log.Forget();

    /// <summary>Ends the gateway, and fails where it logged a fault of its own.</summary>
    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        await factory.DisposeAsync();
        // Whichever of Program and factory disposes second returns before the first is done.
        await EventuallyAsync(IsOver, "the end of the gateway");
        foreach (var fake in fakes.Values)
        {
            fake.Dispose();
        }

        if (!KeepsData)
        {
            Directory.Delete(DataDirectory, recursive: true);
        }

        AssertNoFaults();
    }

    /// <summary>Fails where the gateway logged a fault of its own.</summary>
    public void AssertNoFaults() => Assert.True(log.Faults.Count == 0, string.Join('\n', log.Faults));

    private bool IsOver()
    {
        try
        {
            using var held = new FileStream(Path.Combine(DataDirectory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private sealed class Factory(GatewayHost host) : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Production");
            // Settings, not configuration: Program reads them before the host is built.
            builder.UseSetting("Gateway:DataDirectory", host.DataDirectory);
            foreach (var (key, value) in host.settings)
            {
                builder.UseSetting(key, value);
            }

            builder.ConfigureLogging(logging => logging.AddFilter<ConsoleLoggerProvider>(category: null, LogLevel.None).AddProvider(host.log));
            builder.ConfigureTestServices(services =>
            {
                if (host.Time is { } time)
                {
                    services.AddSingleton<TimeProvider>(time);
                }

                services.AddSingleton(DashboardFiles.In(host.Dashboard));
                host.Replace?.Invoke(services);
                if (!host.DialsSockets)
                {
                    services.AddSingleton<Dial>((_, endpoint, cancellationToken) => endpoint is UnixQmpEndpoint unix
                        ? host.Fake(Path.GetFileName(unix.Path)).DialAsync(cancellationToken)
                        : throw new SocketException((int)SocketError.ConnectionRefused));
                }
            });
        }
    }
}
