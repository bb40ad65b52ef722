using System.Text.RegularExpressions;
using Gateway.Audit;
using Gateway.Commands;
using Gateway.Metrics;
using QmpGateway.Qmp.Schema;
using Xunit;

namespace Gateway.Tests.Commands;

/// <summary>The default is held against every command of every schema that is known.</summary>
public sealed partial class BuiltInTableTests
{
    // Values of any type that are no property of an object that exists.
    private static readonly Dictionary<string, string> HarmlessValues = new()
    {
        ["device-list-properties"] = "default-value: of a type of devices",
        ["qom-list"] = "default-value: of a type of objects",
        ["qom-list-properties"] = "default-value: of a type of objects",
        ["query-cpu-model-baseline"] = "props: of CPU models, as they were given",
        ["query-cpu-model-comparison"] = "props: of CPU models, as they were given",
        ["query-cpu-model-expansion"] = "props: of a CPU model",
        ["query-qmp-schema"] = "default: of an argument",
    };

    // Named like secrets, files or programs, and none.
    private static readonly HashSet<string> Harmless =
    [
        "query-sev-attestation-report: data", "query-sev-launch-measure: data", "query-rocker-of-dpa-flows: cookie",
        "x-query-virtio-status: path", "x-query-virtio-queue-status: path", "x-query-virtio-queue-element: path", "x-query-virtio-vhost-queue-status: path", "qom-list: path",
    ];

    public static TheoryData<string> Versions => [.. KnownSchemas.Versions];

    [Theory]
    [MemberData(nameof(Versions))]
    public void The_metrics_know_every_command_of_QEMU(string version) =>
        Assert.All(KnownSchemas.Of(version).Commands.Keys.Concat(BuiltInTable.Denied), static command => Assert.True(QemuCommands.Have(command), command));

    [Theory]
    [MemberData(nameof(Versions))]
    public void What_is_allowed_returns_no_values_of_properties_and_no_secrets(string version)
    {
        var schema = KnownSchemas.Of(version);
        foreach (var command in schema.Commands.Values.Where(static command => BuiltInTable.Judge(command.Name).Allowed))
        {
            foreach (var (name, type) in schema.Members(command.ReturnType))
            {
                Assert.False(IsAny(type) && !HarmlessValues.ContainsKey(command.Name), $"{command.Name} returns any value ({name})");
                Assert.False(Secrets.IsSecret(name) && type is SchemaInfoBuiltin && !Harmless.Contains($"{command.Name}: {name}"), $"{command.Name} returns '{name}'");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void What_is_allowed_takes_no_files_sockets_and_programs(string version)
    {
        var schema = KnownSchemas.Of(version);
        foreach (var command in schema.Commands.Values.Where(static command => BuiltInTable.Judge(command.Name).Allowed))
        {
            foreach (var (name, _) in schema.Members(command.ArgumentType))
            {
                Assert.False(OfTheHost().IsMatch(name) && !Harmless.Contains($"{command.Name}: {name}"), $"{command.Name} takes '{name}'");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void What_returns_any_value_or_takes_a_program_is_denied_with_a_reason(string version)
    {
        var schema = KnownSchemas.Of(version);
        var commands = schema.Commands.Values.Where(command =>
            (schema.Members(command.ReturnType).Any(static member => IsAny(member.Type)) && !HarmlessValues.ContainsKey(command.Name))
            || schema.Members(command.ArgumentType).Any(static member => Program().IsMatch(member.Name))).Select(static command => command.Name).ToArray();
        Assert.All(commands, static command => Assert.Contains(command, BuiltInTable.Denied));
        Assert.Contains("qom-get", commands);
        Assert.Contains("netdev_add", commands);
    }

    [Fact]
    public void The_newest_QEMU_has_both_of_what_was_missed_before()
    {
        var schema = KnownSchemas.Of("11.1");
        Assert.Contains(schema.Members(schema.Commands["qom-list-get"].ReturnType), static member => IsAny(member.Type));
        Assert.Contains(schema.Members(schema.Commands["migrate-set-parameters"].ArgumentType), static member => member.Name == "cpr-exec-command");
        Assert.Equal("built-in: returns values of properties, secrets included", BuiltInTable.Judge("qom-list-get").Rule);
        Assert.Equal("built-in: names a program that a migration runs", BuiltInTable.Judge("migrate-set-parameters").Rule);
    }

    [Theory]
    [InlineData("qom-list")]
    [InlineData("trace-event-get-state")]
    [InlineData("x-debug-query-block-graph")]
    [InlineData("query-block")]
    public void Each_reading_command_says_why_it_only_reads(string command)
    {
        Assert.True(BuiltInTable.OnlyReads(command));
        Assert.StartsWith("built-in: only reads: ", BuiltInTable.Judge(command).Rule);
    }

    private static bool IsAny(SchemaInfo type) => type is SchemaInfoBuiltin { JsonType: "value" };

    [GeneratedRegex("file|path|^dir|uri|url|addr$|socket|^fd|fdname|exec|script|command|^args$|program|helper")]
    private static partial Regex OfTheHost();

    [GeneratedRegex("exec|script$|command|^args$|program|helper")]
    private static partial Regex Program();
}
