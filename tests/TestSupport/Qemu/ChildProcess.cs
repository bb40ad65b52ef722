using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TestSupport.Qemu;

/// <summary>Starts processes that die with this one, however it dies.</summary>
public static class ChildProcess
{
    private const string SetPriv = "/usr/bin/setpriv";

    private static readonly BlockingCollection<Task<Process>> Starts = StartsOnOneThread();

    /// <summary>Starts it; the process has the id that the program it runs will have.</summary>
    public static Task<Process> StartAsync(ProcessStartInfo info)
    {
        if (File.Exists(SetPriv))
        {
            foreach (var (position, argument) in new[] { "--pdeathsig", "KILL", info.FileName }.Index())
            {
                info.ArgumentList.Insert(position, argument);
            }

            info.FileName = SetPriv;
        }

        var start = new Task<Process>(() => Process.Start(info)!, TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(start);
        return start;
    }

    /// <summary>Sends a signal to this one process.</summary>
    public static void Signal(Process process, QemuSignal signal)
    {
        if (process.HasExited || kill(process.Id, (int)signal) != 0)
        {
            throw new InvalidOperationException($"No process to send {signal} to.");
        }
    }

    // The kernel sends the parent death signal when the thread ends that started the child, and the threads of the pool come and go.
    private static BlockingCollection<Task<Process>> StartsOnOneThread()
    {
        var starts = new BlockingCollection<Task<Process>>();
        new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable())
            {
                start.RunSynchronously();
            }
        })
        { IsBackground = true, Name = nameof(ChildProcess) }.Start();
        return starts;
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int processId, int signal);
}
