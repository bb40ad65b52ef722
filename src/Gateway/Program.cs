using Gateway.Api;
using Gateway.Api.OpenApi;
using Gateway.Audit;
using Gateway.CommandLine;
using Gateway.Configuration;
using Gateway.Hubs;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.Observability;
using Gateway.Security;
using Gateway.Vms;
using Microsoft.AspNetCore.Connections;

try
{
    if (Verbs.AreIn(args))
    {
        return Verbs.Run(args);
    }

    var builder = WebApplication.CreateBuilder(args);
    builder.UseQuietLogs();
    var options = ConfigurationReader.Read(builder.Configuration);
    builder.UseSafeAddresses(options.Security, options.Metrics.Addresses());
    builder.Services.AddSingleton(options);
    builder.Services.AddConfigurationReload(builder.Configuration, options, args);
    builder.Services.AddSystemd();
    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.AddSingleton(_ => DataDirectory.Take(options.DataPath()));
    builder.Services
        .AddJournal(options)
        .AddObservability(builder.Configuration)
        .AddLimits(options)
        .AddVms(options)
        .AddGatewayApi()
        .AddEventsHub()
        .AddOpenApiDocument()
        .AddAudit()
        .AddGatewaySecurity(options);
    builder.Services.Configure<HostOptions>(static host =>
    {
        host.ShutdownTimeout = TimeSpan.FromSeconds(4);
        // Counting and looking for sockets may fail, and say so in the log; VMs and their events go on.
        host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
    });

    var app = builder.Build();
    app.UseProblems();
    app.UsePageHeaders();
    app.UseAudit();
    app.UseGatewaySecurity();
    app.UseOpenApi();
    app.MapGateway();
    app.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(new AccessAttribute(Role.Viewer));
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
    // The message names the file, the innermost one the place in it.
    await Console.Error.WriteLineAsync($"{unreadable.Message} {unreadable.GetBaseException().Message}");
    return 1;
}
catch (IOException taken) when (taken.InnerException is AddressInUseException)
{
    await Console.Error.WriteLineAsync($"Urls: {taken.Message}");
    return 1;
}
