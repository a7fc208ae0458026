namespace Kilo.SystemTests.Kit;

/// <summary>An empty data directory that is deleted afterwards.</summary>
internal sealed class DataDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kilo-system-").FullName;

    /// <summary>Contents that are being received, or that somebody forgot.</summary>
    public IReadOnlyList<string> Temporary => System.IO.Path.Combine(Path, "content", "tmp") is var tmp && Directory.Exists(tmp) ? Directory.GetFiles(tmp) : [];

    public string File(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
