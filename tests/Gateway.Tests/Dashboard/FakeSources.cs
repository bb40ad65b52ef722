using System.Diagnostics;
using Gateway.Tests.OpenApi;

namespace Gateway.Tests.Dashboard;

/// <summary>A source tree with the real script that builds the dashboard, and an npm that only notes how it is called.</summary>
public sealed class FakeSources : IDisposable
{
    private static readonly string[] Tools = ["bash", "cat", "dirname", "env", "find", "flock", "mkdir", "mktemp", "rm", "sha256sum", "sort", "xargs"];

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("dashboard-sources-");

    public FakeSources()
    {
        Write("openapi/gateway.v1.json", "{}");
        foreach (var folder in (string[])["src/client-js", "src/Dashboard"])
        {
            Write($"{folder}/package.json", "{}");
            Write($"{folder}/package-lock.json", "{}", DateTime.UtcNow.AddMinutes(-1));
        }

        Write("src/client-js/src/client.ts", "");
        Write("src/Dashboard/index.html", "");
        Write("src/Dashboard/src/main.tsx", "");
        Directory.CreateDirectory(PathOf("bin"));
        File.Copy(Repository.PathOf("src", "Dashboard", "build.sh"), PathOf("src/Dashboard/build.sh"));
        foreach (var tool in Tools)
        {
            File.CreateSymbolicLink(PathOf($"bin/{tool}"), Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(directory => Path.Combine(directory, tool)).First(File.Exists));
        }

        Program("node", "exit 0");
        // `npm ci --prefix DIRECTORY …` and `npm run build --prefix DIRECTORY`.
        Program("npm", $$"""
            directory=$3
            [ "$1" = ci ] || directory=$4
            echo "$1 $directory" >>{{PathOf("calls")}}
            if [ "$1" = ci ]; then
              mkdir -p $directory/node_modules
              echo installed >$directory/node_modules/.package-lock.json
            else
              [ ! -e $directory/src/broken ] || { echo "main.tsx(1,1): error TS1005: ';' expected."; exit 2; }
              mkdir -p $directory/dist
              echo built >$directory/dist/index.html
            fi
            """);
    }

    public string PathOf(string file) => Path.Combine(root.FullName, file);

    public void Write(string file, string content, DateTime? written = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllText(PathOf(file), content);
        if (written is { } time)
        {
            File.SetLastWriteTimeUtc(PathOf(file), time);
        }
    }

    public void Remove(string program) => File.Delete(PathOf($"bin/{program}"));

    /// <summary>Runs the script, and returns what it wrote to standard error.</summary>
    public async Task<(int ExitCode, string Errors)> BuildAsync()
    {
        var start = new ProcessStartInfo(PathOf("src/Dashboard/build.sh")) { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["PATH"] = PathOf("bin") } };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TestSignal.Patience);
        await output;
        return (process.ExitCode, await errors);
    }

    /// <summary>How npm was called since the last time.</summary>
    public string[] Calls()
    {
        var calls = File.Exists(PathOf("calls")) ? File.ReadAllLines(PathOf("calls")) : [];
        File.Delete(PathOf("calls"));
        return calls;
    }

    public void Dispose() => root.Delete(recursive: true);

    private void Program(string name, string script)
    {
        Write($"bin/{name}", $"#!/usr/bin/env bash\nset -eu\n{script}\n");
        File.SetUnixFileMode(PathOf($"bin/{name}"), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
    }
}
