using Microsoft.AspNetCore.StaticFiles;

namespace Gateway.Dashboard;

/// <summary>
/// The files of the dashboard. They are read once, at startup, so that an upgrade that replaces them on disk does not mix two builds in the running
/// gateway. All of them together are smaller than a megabyte.
/// </summary>
internal sealed class DashboardFiles
{
    private const string PageName = "index.html";

    private static readonly FileExtensionContentTypeProvider Types = new();

    private readonly Dictionary<string, DashboardFile> files;

    private DashboardFiles(Dictionary<string, DashboardFile> files)
    {
        Page = files.GetValueOrDefault(PageName);
        files.Remove(PageName);
        this.files = files;
    }

    /// <summary>The directory in which a build and a publish put the files: beside the program, whatever the working directory is.</summary>
    public static string Directory => Path.Combine(AppContext.BaseDirectory, "dashboard");

    /// <summary>The page. Null if the gateway was built without a dashboard.</summary>
    public DashboardFile? Page { get; }

    /// <summary>Reads the files of a directory. Without the page there are none.</summary>
    public static DashboardFiles In(string directory) => new(File.Exists(Path.Combine(directory, PageName))
        ? System.IO.Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(static file => !DashboardFile.IsEncoded(file))
            .ToDictionary(file => Path.GetRelativePath(directory, file), static file => DashboardFile.Read(file, TypeOf(file)), StringComparer.Ordinal)
        : []);

    /// <summary>Returns the file at a path below <c>/ui/</c>. Null if there is none.</summary>
    public DashboardFile? Find(string path) => files.GetValueOrDefault(path);

    private static string TypeOf(string file) => Types.TryGetContentType(file, out var type) ? WithCharset(type) : "application/octet-stream";

    private static string WithCharset(string type) => type.StartsWith("text/", StringComparison.Ordinal) ? $"{type}; charset=utf-8" : type;
}
