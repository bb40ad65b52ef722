using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Commands.Typed;
using Gateway.EndToEnd.Support;
using QmpGateway.Qmp;
using QmpGateway.Qmp.Schema;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>The check of arguments says of every command of a real QEMU what that QEMU says.</summary>
public sealed partial class CommandShapeTests
{
    // QEMU looks for members too many last. With this one it refuses any arguments, and says so only where all else is right: so
    // that nothing is ever executed here, and no command has to be left out for what it does.
    private const string Probe = "zz-probe";

    // What QEMU executes at once.
    private const int InFlight = 8;

    // The one takes any members; the other is over once there is a connection.
    private static readonly string[] LeftOut = ["device_add", "qmp_capabilities"];

    private static readonly QmpClientOptions Patient = new() { CommandTimeout = RealQemu.Patience };

    [Fact]
    public async Task Every_shape_is_judged_as_QEMU_judges_it()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Machine = "none" });
        await using var client = await QmpClient.ConnectAsync(QmpEndpoint.Parse(qemu.Endpoint), Patient);
        var schema = await SchemaAsync(client);
        var check = new ArgumentCheck(schema);
        var cases = new ArgumentCases(schema);
        var all = schema.Commands.Values.Where(static command => !LeftOut.Contains(command.Name))
            .SelectMany(command => cases.Of(command).Select(one => (Command: command, Case: one))).ToArray();
        var wrong = new ConcurrentQueue<string>();

        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = InFlight }, async (one, _) =>
        {
            var arguments = (JsonObject)one.Case.Value!;
            var faults = check.Check(one.Command, JsonElement.Parse(arguments.ToJsonString()));
            if (one.Case.Valid)
            {
                arguments[Probe] = 0;
            }

            var answer = await AnswerAsync(client, one.Command.Name, arguments);
            var accepted = answer == $"Parameter '{Probe}' is unexpected";
            if (accepted != one.Case.Valid || !(accepted || Shape.IsMatch(answer)) || accepted != (faults.Count == 0))
            {
                wrong.Enqueue($"{one.Command.Name} {arguments.ToJsonString()}: QEMU says {answer}, the check {string.Join("; ", faults.Select(static f => $"{f.Key} {f.Value[0]}"))}");
            }
        });

        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Take(50)));
        TestContext.Current.SendDiagnosticMessage($"{all.Length} arguments of {schema.Commands.Count} commands");
    }

    [Fact]
    public async Task The_properties_of_a_device_are_let_through()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Machine = "none" });
        await using var client = await QmpClient.ConnectAsync(QmpEndpoint.Parse(qemu.Endpoint), Patient);
        var schema = await SchemaAsync(client);
        var check = new ArgumentCheck(schema);

        var device = """{"driver":"no-such-device","id":"a","no-such-property":[1]}""";
        Assert.Empty(check.Check(schema.Commands["device_add"], JsonElement.Parse(device)));
        Assert.DoesNotMatch(Shape, await AnswerAsync(client, "device_add", JsonNode.Parse(device)));
        Assert.Equal("driver", check.Check(schema.Commands["device_add"], JsonElement.Parse("{}")).Keys.Single());
        Assert.Matches(Shape, await AnswerAsync(client, "device_add", new JsonObject()));
    }

    [GeneratedRegex("^Parameter '.*' (is (missing|unexpected)$|expects |does not accept value )|^Invalid parameter type for ")]
    private static partial Regex Shape { get; }

    private static async Task<QapiSchema> SchemaAsync(QmpClient client) => QapiSchema.Parse(await client.ExecuteAsync(new QmpCommand(QapiSchema.Query)));

    /// <summary>What QEMU says against it; nothing where it executed it.</summary>
    private static async Task<string> AnswerAsync(QmpClient client, string command, JsonNode? arguments)
    {
        try
        {
            await client.ExecuteAsync(new QmpCommand(command, new JsonText(JsonSerializer.SerializeToUtf8Bytes(arguments))));
            return "";
        }
        catch (QmpCommandException refused)
        {
            return refused.Description;
        }
    }
}
