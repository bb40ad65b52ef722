using Gateway.Settings;
using Microsoft.Extensions.Configuration.Json;
using QmpGateway.Qmp;

namespace Gateway.Configuration;

/// <summary>
/// The settings files: <c>appsettings.json</c> and <c>appsettings.ENVIRONMENT.json</c> in the working directory. They are polled, because
/// .NET's file watcher covers all subdirectories, which may be a whole disk.
/// </summary>
internal sealed class SettingsFiles
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly string[] paths;
    private string lastStamp;

    private SettingsFiles(string[] paths) => (this.paths, lastStamp) = (paths, Stamp(paths));

    /// <summary>The files that exist.</summary>
    public IEnumerable<string> Existing => paths.Where(File.Exists);

    /// <summary>Reads the settings from files, the environment and the command line.</summary>
    /// <exception cref="ConfigurationException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is not JSON.</exception>
    public static WebApplicationBuilder Read(string[] args)
    {
        try
        {
            _ = Directory.GetCurrentDirectory();
        }
        catch (IOException)
        {
            throw new ConfigurationException("The working directory no longer exists. Start the gateway in an existing directory: it reads appsettings.json from there.");
        }

        try
        {
            return WebApplication.CreateBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The settings cannot be read: {unreadable.Message} Make the file readable for the gateway's user.");
        }
    }

    /// <summary>Returns the files that a configuration was read from.</summary>
    public static SettingsFiles Of(IConfigurationBuilder configuration) => new([.. configuration.Sources.OfType<JsonConfigurationSource>()
        .Select(static source => source.Path is { } path ? source.FileProvider?.GetFileInfo(path).PhysicalPath : null).OfType<string>()]);

    /// <summary>Waits until a file has changed since the last call, or since the start.</summary>
    public async Task ChangeAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        for (var before = lastStamp; ;)
        {
            await Task.Delay(Interval, time, cancellationToken);
            var now = Stamp(paths);
            // Two equal stamps in a row: an editor that replaces the file has finished.
            if (now == before && now != lastStamp)
            {
                lastStamp = now;
                return;
            }

            before = now;
        }
    }

    private static string Stamp(string[] paths) => string.Join(' ', paths.Select(static path => UnixFile.Look(path) is { } file ? $"{file.Birth} {file.Changed:O}" : "-"));
}
