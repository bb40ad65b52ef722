using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gateway.Vms;
using QmpGateway.Qmp;
using QmpGateway.Qmp.Schema;

namespace Gateway.Commands.Typed;

/// <summary>Returns the schema of each VM's QEMU. It is queried on first use, once per run.</summary>
public sealed class VmSchemas(SchemaStore store, TimeProvider time)
{
    // Sixty times the size of QEMU 10's schema. The limit is needed because a process that a guest has taken over may send anything.
    private const int MaxBytes = 16 * 1024 * 1024;

    private readonly Lock sync = new();
    private readonly ConditionalWeakTable<IVm, Asked> asked = [];

    // A build occupies megabytes, and a fleet has only a few builds.
    private readonly ConcurrentDictionary<string, WeakReference<QemuBuild>> builds = new();

    /// <summary>Returns the build of the VM's run; of its last run if the VM is not connected.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="timeout">The maximum time to wait; null for the timeout of the query itself.</param>
    /// <param name="cancellationToken">Ends the wait. The query goes on for other callers.</param>
    /// <exception cref="VmUnreachableException">The run never described itself, and is not connected.</exception>
    /// <exception cref="QmpException">It does not tell, or nothing that can be read: see <see cref="IVmMonitor.ExecuteAsync"/>. A QEMU before 2.5 says <c>CommandNotFound</c>.</exception>
    public async Task<QemuBuild> OfAsync(IVm vm, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await FindOnceAsync(vm).WaitAsync(timeout ?? Timeout.InfiniteTimeSpan, time, cancellationToken);
        }
        catch (TimeoutException) when (timeout is { } patience)
        {
            throw new QmpTimeoutException(QapiSchema.Query, patience, lateReply: null);
        }
    }

    private Task<QemuBuild> FindOnceAsync(IVm vm)
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

            return answer.Build;
        }
    }

    /// <summary>Whether the VM's schema is known and contains a command. False if the schema has not been queried yet.</summary>
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

        // No cancellation token: the first caller may disconnect while others wait for the same result.
        var returned = await ((IVmMonitor)vm).ExecuteAsync(new VmCommand(new QmpCommand(QapiSchema.Query), Caller.Gateway), CancellationToken.None);
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
