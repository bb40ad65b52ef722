using System.Diagnostics;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Support;

/// <summary>
/// A file system of a few megabytes, mounted where only programs can see it that are started inside. The test reaches it through the
/// process that holds it.
/// </summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("disk-");
    private Process? holder;

    /// <summary>Where it is for programs inside.</summary>
    public string MountPoint => directory.FullName;

    /// <summary>What a command line begins with that starts a program inside.</summary>
    public string[] Inside => ["nsenter", "--preserve-credentials", "--wd=.", .. Rooted ? (string[])[] : ["--user"], "--mount", "--target", $"{holder!.Id}"];

    private static bool Rooted => Environment.UserName == "root";

    /// <summary>Where it is for the test.</summary>
    public string Here(string name) => Path.Combine($"/proc/{holder!.Id}/root{MountPoint}", name);

    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var disk = new SmallDisk();
        var info = new ProcessStartInfo("unshare") { RedirectStandardOutput = true };
        string[] arguments =
        [
            .. Rooted ? (string[])[] : ["--map-root-user"], "--mount", "sh", "-c",
            $"mount -t tmpfs -o size={megabytes}m,mode=0700 tmpfs {disk.MountPoint} && echo mounted && exec sleep 600",
        ];
        foreach (var argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        disk.holder = await ChildProcess.StartAsync(info);
        return await disk.holder.StandardOutput.ReadLineAsync() == "mounted"
            ? disk
            : throw new InvalidOperationException("No file system can be mounted here: it takes root, or user namespaces.");
    }

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        using var filler = File.OpenHandle(Here("filler"), FileMode.OpenOrCreate, FileAccess.Write);
        var block = new byte[4096];
        try
        {
            for (var at = RandomAccess.GetLength(filler); ; at += block.Length)
            {
                RandomAccess.Write(filler, block, at);
            }
        }
        catch (IOException)
        {
            // No space left on device.
        }
    }

    /// <summary>Takes away what <see cref="Fill"/> wrote.</summary>
    public void Free() => File.Delete(Here("filler"));

    public async ValueTask DisposeAsync()
    {
        holder!.Kill();
        await holder.WaitForExitAsync();
        holder.Dispose();
        directory.Delete();
    }
}
