using System.Net.Sockets;
using Gateway.Configuration;
using Gateway.Settings;
using Microsoft.AspNetCore.Connections;

namespace Gateway.CommandLine;

/// <summary>Reports why the program failed, and returns an exit code.</summary>
internal static class Failures
{
    /// <summary>Runs the program. Returns its exit code, or 1 if it fails.</summary>
    public static async Task<int> ReportAsync(Func<Task<int>> program)
    {
        try
        {
            return await program();
        }
        catch (Exception) when (StopSignals.IsExiting)
        {
            return 0;
        }
        // The host throws HostAbortedException if a tool started the program only to inspect its services.
        catch (Exception failure) when (failure is not HostAbortedException)
        {
            await Console.Error.WriteLineAsync(Describe(failure));
            return 1;
        }
    }

    private static string Describe(Exception failure) => failure switch
    {
        ConfigurationException => failure.Message,
        InvalidDataException unreadable => ConfigurationFiles.Describe(unreadable),
        SocketException or IOException { InnerException: AddressInUseException } => $"Urls: {failure.Message}",
        _ => $"The gateway failed and stops. This is a bug in the gateway: please report it with the following text. {failure}",
    };
}
