using Gateway.Commands.Typed;
using Gateway.Journal;
using Gateway.Metrics;
using Gateway.Vms;

namespace Gateway.Observability;

/// <summary>Adds the gauges at startup, when the objects that they measure exist.</summary>
internal sealed class Gauges(
    GatewayMetrics metrics, IVms vms, VmSchemas schemas, EventJournal journal, JournalReaders readers, MetricsOptions options, IConfiguration configuration) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.CountOf(() => vms.All.Select(static vm => vm.Id));
        metrics.NameBy((id, command) => vms.TryGet(id, out var vm) && schemas.Describes(vm, command));
        VmGauges.Add(metrics.Meter, vms);
        VmInfo.Add(metrics.Meter, vms, options.Labels);
        ProgramGauges.Add(metrics.Meter, configuration);
        JournalGauges.Add(metrics.Meter, journal, readers);
        journal.Committed += metrics.Committed;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
