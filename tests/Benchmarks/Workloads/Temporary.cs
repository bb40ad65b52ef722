namespace Benchmarks.Workloads;

/// <summary>A directory for sockets and files of one round.</summary>
internal sealed class Temporary : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("benchmark-");

    public string Path => directory.FullName;

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => directory.Delete(recursive: true);
}
