using Gateway;
using Gateway.Api;
using Gateway.Audit;
using Gateway.CommandLine;
using Gateway.Commands;
using Gateway.Configuration;
using Gateway.Dashboard;
using Gateway.Data.Sqlite;
using Gateway.Hubs;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.NativeQmp;
using Gateway.Observability;
using Gateway.Requests.Limits;
using Gateway.Requests.Reading;
using Gateway.Security;
using Gateway.Sockets;
using Gateway.Vms;
using Gateway.Vms.Registry;

return await Failures.ReportAsync(async () =>
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
    builder.Services
        .AddConfigurationReload(builder.Configuration, options, settings)
        .AddHost()
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
        .AddDashboard()
        .AddAudit(options.Audit)
        .AddGatewaySecurity(options.Security);
    var app = builder.Build();
    app.UsePipeline();
    app.MapRoutes();
    app.OpenData();
    await StopSignals.RunAsync(app);
    return 0;
});
