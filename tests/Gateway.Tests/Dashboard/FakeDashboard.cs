using System.IO.Compression;
using System.Text;

namespace Gateway.Tests.Dashboard;

/// <summary>A directory like the one that a build makes, with a page, a script in all encodings, and files that are only there as they are.</summary>
public sealed class FakeDashboard : IDisposable
{
    public const string Page = "<!doctype html><title>The page</title><script type=module src=/ui/assets/index-Ab12_-xy.js></script>";

    public const string Script = "document.title = 'The script';";

    public FakeDashboard()
    {
        Add("index.html", Page);
        Add("icon.svg", "<svg/>");
        Add("assets/index-Ab12_-xy.js", Script);
        Encode("assets/index-Ab12_-xy.js");
        Add("assets/index-Cd34.css", "a{}");
        Add("assets/font-Ef56.woff2", "font");
        // More than the compression middleware leaves alone.
        Add("assets/long-Gh78.js", new string(' ', 5000));
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("dashboard-").FullName;

    public void Add(string file, string content)
    {
        var path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    /// <summary>Adds the encodings of a file.</summary>
    public void Encode(string file)
    {
        var content = Encoding.UTF8.GetBytes(File.ReadAllText(System.IO.Path.Combine(Path, file)));
        using (var brotli = new BrotliStream(File.Create(System.IO.Path.Combine(Path, $"{file}.br")), CompressionLevel.SmallestSize))
        {
            brotli.Write(content);
        }

        using var gzip = new GZipStream(File.Create(System.IO.Path.Combine(Path, $"{file}.gz")), CompressionLevel.SmallestSize);
        gzip.Write(content);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
