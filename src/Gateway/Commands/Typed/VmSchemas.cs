using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gateway.Vms;
using QmpGateway.Qmp;
using QmpGateway.Qmp.Schema;

namespace Gateway.Commands.Typed;

/// <summary>How each VM's QEMU describes itself: asked once a run, when somebody first wants to know.</summary>
public sealed class VmSchemas(SchemaStore store)
{
    // Sixty times what QEMU 10 takes: a process that a guest took over may answer anything.
    private const int MaxBytes = 16 * 1024 * 1024;

    private static readonly Caller Itself = new("gateway", "");

    private readonly Lock sync = new();
    private readonly ConditionalWeakTable<IVm, Asked> asked = [];

    // A build takes megabytes, and a fleet has few of them.
    private readonly ConcurrentDictionary<string, WeakReference<QemuBuild>> builds = new();

    /// <summary>The build of the VM's run, the last one where it is away.</summary>
    /// <exception cref="VmUnreachableException">The run never described itself, and is not connected.</exception>
    /// <exception cref="QmpException">It does not tell, or nothing that can be read: see <see cref="IVmMonitor.ExecuteAsync"/>. A QEMU before 2.5 says <c>CommandNotFound</c>.</exception>
    public Task<QemuBuild> OfAsync(IVm vm, CancellationToken cancellationToken)
    {
        if (vm.Snapshot is not { Run: { } run, Qemu.Version: { } version })
        {
            throw new VmUnreachableException(vm.Id, vm.Snapshot.Connection, QapiSchema.Query);
        }

        lock (sync)
        {
            if (!asked.TryGetValue(vm, out var answer) || answer.Run != run || answer.Build is { IsCompleted: true, IsCompletedSuccessfully: false })
            {
                answer = new Asked(run, Task.Run(() => FindAsync(vm, run, version), CancellationToken.None));
                asked.AddOrUpdate(vm, answer);
            }

            return answer.Build.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Whether the VM's QEMU has described a command. False where nobody has asked it yet.</summary>
    public bool Describes(IVm vm, string command)
    {
        lock (sync)
        {
            return asked.TryGetValue(vm, out var answer) && answer.Build.IsCompletedSuccessfully && answer.Build.Result.Schema.Commands.ContainsKey(command);
        }
    }

    private async Task<QemuBuild> FindAsync(IVm vm, string run, string version)
    {
        if (store.Find(run) is { } kept)
        {
            return Build(version, kept);
        }

        // Nobody in particular asks: whoever did may hang up, and others wait for the same answer.
        var returned = await ((IVmMonitor)vm).ExecuteAsync(new VmCommand(new QmpCommand(QapiSchema.Query), Itself), CancellationToken.None);
        var build = Build(version, returned);
        if (vm.Snapshot.Run == run)
        {
            store.Keep(run, build.Id, returned);
        }

        return build;
    }

    private QemuBuild Build(string version, JsonText returned)
    {
        var id = QemuBuild.IdOf(version, returned);
        if (builds.TryGetValue(id, out var known) && known.TryGetTarget(out var build))
        {
            return build;
        }

        try
        {
            build = returned.Utf8.Length <= MaxBytes ? QemuBuild.Read(version, returned) : throw new JsonException($"it has {returned.Utf8.Length} bytes, more than the gateway accepts");
        }
        catch (JsonException strange)
        {
            throw new QmpProtocolException($"QEMU's answer to {QapiSchema.Query} is not a schema: {strange.Message}", strange, QapiSchema.Query);
        }

        builds[id] = new WeakReference<QemuBuild>(build);
        return build;
    }

    private sealed record Asked(string Run, Task<QemuBuild> Build);
}
