using System.CommandLine;

namespace Gateway.CommandLine;

/// <summary>The commands of the program other than running the gateway.</summary>
internal static class Verbs
{
    /// <summary>The names of the commands, for messages.</summary>
    public const string Names = "check, keys, help";

    /// <summary>Whether the arguments start with a command rather than with settings for the gateway.</summary>
    public static bool AreIn(string[] args) => args is ["keys" or "check" or "help" or "--help" or "-h" or "-?" or "--version", ..];

    /// <summary>Runs a command and returns the exit code.</summary>
    public static int Run(string[] args) => Root([.. args.Skip(1)]).Parse(args is ["help"] ? ["--help"] : args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

    private static RootCommand Root(string[] settings)
    {
        var root = new RootCommand("Serves running QEMU processes over HTTP. Without a command, it starts the gateway with settings such as --Gateway:Vms:web1:Endpoint=unix:/path or --urls http://127.0.0.1:8080.");
        var keys = new Command("keys", "Manages API keys.");
        keys.Subcommands.Add(NewKey.Command());
        root.Subcommands.Add(keys);
        root.Subcommands.Add(Check.Command(settings));
        return root;
    }
}
