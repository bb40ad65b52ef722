using System.CommandLine;
using Gateway.Configuration;
using Gateway.Data.Sqlite;
using Gateway.Security;
using Gateway.Settings;

namespace Gateway.CommandLine;

/// <summary>The <c>check</c> command: runs the checks of a start, and changes nothing.</summary>
internal static class Check
{
    /// <summary>Creates the command.</summary>
    /// <param name="args">The arguments after <c>check</c>.</param>
    public static Command Command(string[] args)
    {
        var settings = new Argument<string[]>("settings") { Description = "Settings, written as for starting the gateway.", Arity = ArgumentArity.ZeroOrMore };
        var check = new Command("check", "Checks the settings, certificates, data directory and listen addresses without starting the gateway. Exits with 0 if everything is valid, otherwise with 1.") { settings };
        check.TreatUnmatchedTokensAsErrors = false;
        check.SetAction(parsed => Run(parsed.InvocationConfiguration.Output, [.. args.Where(static argument => argument != DataFiles.RepairOption)]));
        return check;
    }

    private static int Run(TextWriter output, string[] args)
    {
        Arguments.Check(args);
        var configuration = SettingsFiles.Read(args).Configuration;
        string[] files = [.. SettingsFiles.Of(configuration).Existing];
        output.WriteLine(files.Length > 0 ? $"Read {string.Join(", ", files)}." : $"There is no appsettings.json in {Directory.GetCurrentDirectory()}: only the environment and the command line were read.");
        var options = ConfigurationReader.Read(configuration);
        ListenAddresses.Check(configuration, options.Security);
        var data = options.DataPath();
        string[] faults = [.. DataDirectoryCheck.Faults(data), .. SocketFaults.Of(configuration, options, isRunning: DataDirectoryCheck.IsInUse(data))];
        if (faults.Length > 0)
        {
            throw new ConfigurationException(faults);
        }

        output.WriteLine($"The configuration is valid: {string.Join(", ", Contents(options))}. The data directory is {data}.");
        return 0;
    }

    private static IEnumerable<string> Contents(GatewayOptions options)
    {
        var paths = options.Discovery.Paths.Count;
        if (paths == 0 || options.Vms.Count > 0)
        {
            yield return Counted(options.Vms.Count, "VM");
        }

        if (paths > 0)
        {
            yield return Counted(paths, "discovery path");
        }

        yield return Counted(options.Security.ApiKeys.Count, "key");
        yield return Counted(options.CommandPolicy.Rules.Count, "rule");
    }

    private static string Counted(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
