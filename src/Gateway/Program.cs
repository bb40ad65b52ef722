using System.Net.Sockets;
using Gateway.Access;
using Gateway.Api;
using Gateway.Api.Http;
using Gateway.Api.OpenApi;
using Gateway.Audit;
using Gateway.CommandLine;
using Gateway.Commands;
using Gateway.Configuration;
using Gateway.Data;
using Gateway.Hubs;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.NativeQmp;
using Gateway.Observability;
using Gateway.Requests.Audit;
using Gateway.Requests.Limits;
using Gateway.Requests.Reading;
using Gateway.Security;
using Gateway.Settings;
using Gateway.Sockets;
using Gateway.Vms;
using Gateway.Vms.Registry;
using Microsoft.AspNetCore.Connections;

var stopping = CancellationToken.None;
try
{
    if (Verbs.AreIn(args))
    {
        return Verbs.Run(args);
    }

    StopSignals.Take();
    var settings = args.Where(static argument => argument != DataFiles.RepairOption).ToArray();
    Arguments.Check(settings);
    var builder = SettingsFiles.Read(settings);
    builder.UseQuietLogs();
    var options = ConfigurationReader.Read(builder.Configuration);
    builder.UseSafeAddresses(options.Security, options.Metrics.Addresses());
    builder.UseReaderBounds();
    builder.Services.AddConfigurationReload(builder.Configuration, options, settings);
    builder.Services.AddSystemd();
    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services
        .AddDataDirectory(options, repair: args.Contains(DataFiles.RepairOption))
        .AddJournal(options.Journal, static data => VmStore.In(data).Load().Known.Keys)
        .AddObservability(options.Metrics, builder.Configuration)
        .AddLimits(options.Limits)
        .AddSockets(options.Sockets)
        .AddVms(options.Qmp, options.Discovery)
        .AddCommands(options.CommandPolicy)
        .AddRequestLimits(options.Limits)
        .AddNativeQmp()
        .AddGatewayApi()
        .AddEventsHub()
        .AddOpenApiDocument()
        .AddAudit(options.Audit)
        .AddGatewaySecurity(options.Security);
    builder.Services.Configure<HostOptions>(static host =>
    {
        // Of the 5 s that a stop may take: the rest is for closing the journal.
        host.ShutdownTimeout = TimeSpan.FromSeconds(3);
        // Counting and looking for sockets may fail, and say so in the log; VMs and their events go on.
        host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
    });

    var app = builder.Build();
    stopping = app.Lifetime.ApplicationStopping;
    app.UseTrustedProxies();
    app.UseHeadWithoutContent();
    app.UseCompression();
    app.UseProblems();
    app.UsePageHeaders();
    app.UseMiddleware<AuditedRequests>();
    app.UseGatewaySecurity();
    app.UseOpenApi();
    app.MapGateway();
    app.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(new AccessAttribute(Role.Viewer) { OnAnyVm = true });
    app.OpenData();
    StopSignals.Stop(app.Lifetime);
    await app.RunAsync();
    return 0;
}
catch (ConfigurationException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 1;
}
catch (InvalidDataException unreadable)
{
    await Console.Error.WriteLineAsync(ConfigurationFiles.Describe(unreadable));
    return 1;
}
catch (Exception taken) when (taken is SocketException or IOException { InnerException: AddressInUseException })
{
    await Console.Error.WriteLineAsync($"Urls: {taken.Message}");
    return 1;
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    // Told to end while it started.
    return 0;
}
catch (Exception fault) when (fault is not HostAbortedException)
{
    await Console.Error.WriteLineAsync($"The gateway failed, and ends. This is a fault of its own: please report it, with all of this. {fault}");
    return 1;
}
