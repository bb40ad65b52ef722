using System.Diagnostics;
using System.IO.Enumeration;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>The quickstart has the VMs that the README and the guide use. The build is left out: the test uses the program that is under test.</summary>
public sealed partial class QuickstartTests : IDisposable
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", ".."));

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("qs-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task The_quickstart_has_the_tours_VMs_and_says_that_8080_is_taken()
    {
        using var taken = Take(8080);
        using var script = await StartAsync();
        try
        {
            var told = "";
            while (!told.Contains("Ctrl-C ends all.", StringComparison.Ordinal))
            {
                told += await script.StandardOutput.ReadLineAsync().WaitAsync(2 * RealQemu.Patience) is { } line ? $"{line}\n" : throw new EndOfStreamException(told);
            }

            var url = Url().Match(told).Groups[1].Value;
            Assert.Contains("Building the gateway", told, StringComparison.Ordinal);
            Assert.Contains($"Port 8080 is taken, so the gateway listens on {new Uri(url).Port}. For the tour in README.md, set url={url}", told, StringComparison.Ordinal);
            using var http = new HttpClient { BaseAddress = new Uri(url) };
            var list = await http.GetFromJsonAsync<JsonElement>("/vms", TestContext.Current.CancellationToken);
            var vms = list.GetProperty("items").EnumerateArray().Select(static vm => vm.GetProperty("id").GetString()!).ToArray();
            Assert.Equal(["web1", "web2"], vms);
            // Commands of the README and the guide use these VMs, and those that they add themselves.
            string[] own = ["db1", "stop1"];
            var pages = Directory.GetFiles(Path.Combine(Root, "docs", "guide"), "*.md").Append(Path.Combine(Root, "README.md"));
            var documents = string.Concat(await Task.WhenAll(pages.Select(page => File.ReadAllTextAsync(page, TestContext.Current.CancellationToken))));
            Assert.Superset(new HashSet<string> { "web1", "web2" }, VmOfTour().Matches(documents).Select(static vm => vm.Groups[1].Value).ToHashSet());
            Assert.Subset(vms.Concat(own).ToHashSet(), VmOfTour().Matches(documents).Select(static vm => vm.Groups[1].Value).ToHashSet());
            string[] patterns = [.. KeyPattern().Matches(documents).Select(static key => key.Groups[1].Value)];
            Assert.NotEmpty(patterns);
            Assert.All(patterns, pattern => Assert.All(vms, vm => Assert.True(FileSystemName.MatchesSimpleExpression(pattern, vm, ignoreCase: false), pattern)));
            Assert.DoesNotContain("quiet", await File.ReadAllTextAsync(Path.Combine(directory.FullName, "build"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
            ChildProcess.Signal(script, QemuSignal.Interrupt);
            await script.WaitForExitAsync().WaitAsync(2 * RealQemu.Patience);
            Assert.Equal(0, script.ExitCode);
            Assert.Empty(directory.GetDirectories("qmp-gateway.*"));
        }
        finally
        {
            if (!script.HasExited)
            {
                script.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Runs the script with a <c>dotnet</c> before the real one that only notes how it would build.</summary>
    private async Task<Process> StartAsync()
    {
        var search = Environment.GetEnvironmentVariable("PATH")!;
        var dotnet = search.Split(':').Select(static place => Path.Combine(place, "dotnet")).First(File.Exists);
        var stub = Path.Combine(directory.FullName, "dotnet");
        await File.WriteAllTextAsync(stub, $"#!/bin/sh\n[ \"$1\" = build ] || exec '{dotnet}' \"$@\"\necho \"$@\" >'{directory.FullName}/build'\n");
        File.SetUnixFileMode(stub, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var info = new ProcessStartInfo(Path.Combine(Root, "deploy", "quickstart.sh")) { RedirectStandardOutput = true };
        info.Environment["PATH"] = $"{directory.FullName}:{search}";
        info.Environment["TMPDIR"] = directory.FullName;
        info.Environment.Remove("PORT");
        return await ChildProcess.StartAsync(info);
    }

    private static TcpListener? Take(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            // It is taken by another, which does as well.
            return null;
        }
    }

    [GeneratedRegex(@"The gateway runs at (\S+)")]
    private static partial Regex Url();

    [GeneratedRegex(@"^curl .*/vms/([a-z0-9]+)", RegexOptions.Multiline)]
    private static partial Regex VmOfTour();

    [GeneratedRegex("keys new .*--vms '([^']*)'")]
    private static partial Regex KeyPattern();
}
