using Xunit;

namespace Gateway.Tests.Dashboard;

/// <summary>What every build of the gateway runs builds the dashboard only if a source changed.</summary>
public sealed class BuildScriptTests : IDisposable
{
    private const string Client = "../client-js";

    private static readonly string[] Everything = [$"ci {Client}", $"run {Client}", "ci .", "run ."];

    private readonly FakeSources sources = new();

    public void Dispose() => sources.Dispose();

    [Fact]
    public async Task The_first_build_makes_everything_and_the_second_nothing()
    {
        Assert.Equal(0, (await sources.BuildAsync()).ExitCode);
        Assert.Equal(Everything, sources.Calls());
        Assert.Equal(0, (await sources.BuildAsync()).ExitCode);
        Assert.Empty(sources.Calls());
    }

    [Theory]
    [InlineData("src/Dashboard/src/main.tsx")]
    [InlineData("src/Dashboard/src/pages/new.tsx")]
    [InlineData("src/Dashboard/index.html")]
    [InlineData("src/client-js/src/client.ts")]
    [InlineData("openapi/gateway.v1.json")]
    public async Task A_changed_or_a_new_source_builds_again_without_an_installation(string file)
    {
        await sources.BuildAsync();
        sources.Calls();
        sources.Write(file, "changed");
        await sources.BuildAsync();
        Assert.Equal([$"run {Client}", "run ."], sources.Calls());
    }

    [Fact]
    public async Task A_removed_source_builds_again()
    {
        await sources.BuildAsync();
        sources.Calls();
        File.Delete(sources.PathOf("src/Dashboard/src/main.tsx"));
        await sources.BuildAsync();
        Assert.Equal([$"run {Client}", "run ."], sources.Calls());
    }

    [Theory]
    [InlineData("src/Dashboard", ".")]
    [InlineData("src/client-js", Client)]
    public async Task A_changed_lock_file_installs_again(string folder, string installed)
    {
        await sources.BuildAsync();
        sources.Calls();
        sources.Write($"{folder}/package-lock.json", "changed", DateTime.UtcNow.AddMinutes(1));
        await sources.BuildAsync();
        Assert.Equal(Everything.Except([$"ci {(installed == "." ? Client : ".")}"]), sources.Calls());
    }

    [Fact]
    public async Task A_file_that_is_only_newer_and_what_a_build_makes_change_nothing()
    {
        await sources.BuildAsync();
        sources.Calls();
        File.SetLastWriteTimeUtc(sources.PathOf("src/Dashboard/src/main.tsx"), DateTime.UtcNow.AddMinutes(1));
        foreach (var made in (string[])["src/client-js/src/openapi.ts", "src/client-js/dist/index.js", "src/client-js/node_modules/a.js", "src/Dashboard/node_modules/.vite/a"])
        {
            sources.Write(made, "made");
        }

        await sources.BuildAsync();
        Assert.Empty(sources.Calls());
    }

    [Fact]
    public async Task Two_builds_at_once_take_turns()
    {
        var both = await Task.WhenAll(sources.BuildAsync(), sources.BuildAsync(), sources.BuildAsync());
        Assert.All(both, static build => Assert.Equal(0, build.ExitCode));
        Assert.Equal(Everything, sources.Calls());
    }

    [Theory]
    [InlineData("node")]
    [InlineData("npm")]
    public async Task Without_Node_js_it_says_so_by_its_exit_code(string missing)
    {
        sources.Remove(missing);
        Assert.Equal((3, ""), await sources.BuildAsync());
        Assert.Empty(sources.Calls());
    }

    [Fact]
    public async Task A_failed_build_shows_its_output_and_is_tried_again()
    {
        sources.Write("src/Dashboard/src/broken", "");
        var (exitCode, errors) = await sources.BuildAsync();
        Assert.Equal((1, "main.tsx(1,1): error TS1005: ';' expected.\n"), (exitCode, errors));
        File.Delete(sources.PathOf("src/Dashboard/src/broken"));
        sources.Calls();
        Assert.Equal(0, (await sources.BuildAsync()).ExitCode);
        Assert.Equal("run .", sources.Calls()[^1]);
    }
}
