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
        var name = new Argument<string>("name") { Description = "The key's name, shown as the caller in the journal and the audit log." };
        name.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string>() is "" or null || result.GetValueOrDefault<string>()!.Contains(':'))
            {
                result.AddError("The name must not be empty or contain a colon.");
            }
        });
        var role = new Option<Role>("--role") { Description = "The role that the key grants.", Required = true };
        var vms = new Option<string[]>("--vms") { Description = "Patterns of the VM ids that the key may access. Default: all VMs.", AllowMultipleArgumentsPerToken = true };
        vms.Validators.Add(static result =>
        {
            foreach (var pattern in result.Tokens.Where(static token => !VmPattern.TryParse(token.Value, out _)))
            {
                result.AddError($"'{pattern.Value}' is not a valid pattern: write a VM id, where * matches any text.");
            }
        });
        var command = new Command("new", "Creates a key and prints it together with its configuration.") { name, role, vms };
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
        output.WriteLine($"The key of '{name}' (it is not shown again):");
        output.WriteLine();
        output.WriteLine($"  {key}");
        output.WriteLine();
        output.WriteLine("Add this to appsettings.json. A running gateway applies it without a restart:");
        output.WriteLine();
        output.WriteLine(lines.ToJsonString(Indented));
    }
}
