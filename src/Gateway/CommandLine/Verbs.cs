using System.CommandLine;
using Gateway.Configuration;

namespace Gateway.CommandLine;

/// <summary>What the program does beside running: verbs of its command line.</summary>
internal static class Verbs
{
    /// <summary>Whether the arguments are for a verb, rather than settings to run with.</summary>
    public static bool AreIn(string[] args) => args is ["keys" or "check" or "help" or "--help" or "-h" or "-?" or "--version", ..];

    /// <summary>Does what a verb says; answers the exit code.</summary>
    public static int Run(string[] args) => Root().Parse(args is ["help"] ? ["--help"] : args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

    private static RootCommand Root()
    {
        var root = new RootCommand("Reach running QEMUs over HTTP. Without a command it runs, with settings as --Gateway:Vms:web1:Endpoint=unix:/path or --urls http://127.0.0.1:8080.");
        var keys = new Command("keys", "API keys.");
        keys.Subcommands.Add(NewKey.Command());
        root.Subcommands.Add(keys);
        root.Subcommands.Add(Check());
        return root;
    }

    private static Command Check()
    {
        var settings = new Argument<string[]>("settings") { Description = "Settings, as for a start.", Arity = ArgumentArity.ZeroOrMore };
        var check = new Command("check", "Checks the configuration as a start would; exits 0 where it is right, 1 where it is wrong.") { settings };
        check.TreatUnmatchedTokensAsErrors = false;
        check.SetAction(parsed =>
        {
            var builder = WebApplication.CreateBuilder([.. parsed.GetValue(settings)!, .. parsed.UnmatchedTokens]);
            var options = ConfigurationReader.Read(builder.Configuration);
            Security.ListenAddresses.Check(builder.Configuration, options.Security);
            parsed.InvocationConfiguration.Output.WriteLine(
                $"The configuration is right: {options.Vms.Count} VMs, {options.Security.ApiKeys.Count} keys, {options.CommandPolicy.Rules.Count} rules; data are in {options.DataPath()}.");
            return 0;
        });
        return check;
    }
}
