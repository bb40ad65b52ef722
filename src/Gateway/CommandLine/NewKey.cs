using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Access;
using Gateway.Journal;

namespace Gateway.CommandLine;

/// <summary>The <c>keys new</c> command: generates an API key and prints it once. The key is not stored.</summary>
internal static class NewKey
{
    // 256 bits: too many to guess.
    private const int KeyBytes = 32;
    private const int SaltBytes = 16;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Command()
    {
        var name = new Argument<string>("name") { Description = "The key's name: who asks, in journal and audit log." };
        name.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string>() is "" or null || result.GetValueOrDefault<string>()!.Contains(':'))
            {
                result.AddError("A name has at least one character, and no colon.");
            }
        });
        var role = new Option<Role>("--role") { Description = "What it may do.", Required = true };
        var vms = new Option<string[]>("--vms") { Description = "Patterns of the VMs that it is for; all where nothing is said.", AllowMultipleArgumentsPerToken = true };
        vms.Validators.Add(static result =>
        {
            foreach (var pattern in result.Tokens.Where(static token => !VmPattern.TryParse(token.Value, out _)))
            {
                result.AddError($"'{pattern.Value}' is no pattern of ids: write an id, in which * stands for any text.");
            }
        });
        var command = new Command("new", "Makes a key, and prints it with the lines of configuration for it.") { name, role, vms };
        command.SetAction(parsed => Print(parsed.InvocationConfiguration.Output, parsed.GetValue(name)!, parsed.GetValue(role), parsed.GetValue(vms) ?? []));
        return command;
    }

    private static void Print(TextWriter output, string name, Role role, string[] vms)
    {
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));
        var hash = KeyHash.Of(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SaltBytes)), key);
        var grant = new JsonObject { ["Role"] = role.ToString().ToLowerInvariant() };
        if (vms.Length > 0)
        {
            grant["Vms"] = new JsonArray([.. vms.Select(static vm => (JsonNode)vm)]);
        }

        var lines = new JsonObject
        {
            ["Gateway"] = new JsonObject
            {
                ["Security"] = new JsonObject
                {
                    ["ApiKeys"] = new JsonObject { [name] = new JsonObject { ["Hash"] = hash.ToString(), ["Grants"] = new JsonArray(grant) } },
                },
            },
        };
        output.WriteLine($"The key of '{name}', shown this once:");
        output.WriteLine();
        output.WriteLine($"  {key}");
        output.WriteLine();
        output.WriteLine("Add to appsettings.json; a gateway that runs takes it without a restart:");
        output.WriteLine();
        output.WriteLine(lines.ToJsonString(Indented));
    }
}
