using System.CommandLine;
using Gateway.CommandLine;
using Xunit;

namespace Gateway.Tests.Configuration;

/// <summary>What <c>check</c> says about a valid configuration.</summary>
public sealed class CheckTests
{
    [Theory]
    [InlineData("0 VMs, 0 keys, 0 rules")]
    [InlineData("1 VM, 0 keys, 1 rule", "--Gateway:Vms:a:Endpoint=unix:/a", "--Gateway:CommandPolicy:Rules:x:Command=stop", "--Gateway:CommandPolicy:Rules:x:Effect=deny")]
    [InlineData("2 VMs, 0 keys, 0 rules", "--Gateway:Vms:a:Endpoint=unix:/a", "--Gateway:Vms:b:Endpoint=unix:/b")]
    [InlineData("1 discovery path, 0 keys, 0 rules", "--Gateway:Discovery:Paths:0=/run/qemu")]
    [InlineData("1 VM, 2 discovery paths, 0 keys, 0 rules", "--Gateway:Vms:a:Endpoint=unix:/a", "--Gateway:Discovery:Paths:0=/run/qemu", "--Gateway:Discovery:Paths:1=/run/more")]
    public void It_counts_what_it_found(string contents, params string[] settings)
    {
        using var data = new TempDirectory();
        string[] args = [.. settings, $"--Gateway:DataDirectory={data.Path}", "--urls=http://127.0.0.1:0"];
        using var output = new StringWriter();
        Assert.Equal(0, Check.Command(args).Parse(args).Invoke(new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false }));
        Assert.EndsWith($"The configuration is valid: {contents}. The data directory is {data.Path}.{Environment.NewLine}", output.ToString());
    }
}
