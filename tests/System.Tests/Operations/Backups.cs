using System.Text.Json.Nodes;
using Kilo.SystemTests.Kit;

namespace Kilo.SystemTests.Operations;

/// <summary>What a test sees of a backup.</summary>
internal static class Backups
{
    public static bool IsWhole(string backup) => File.Exists(Path.Combine(backup, "manifest.json"));

    public static JsonNode Manifest(string backup) => JsonNode.Parse(File.ReadAllBytes(Path.Combine(backup, "manifest.json")))!;

    public static IEnumerable<string> Segments(string backup) =>
        Manifest(backup)["log"]!.AsArray().SelectMany(p => p!["segments"]!.AsArray()).Select(s => s!["file"]!.GetValue<string>());

    public static long Events(string backup) => Manifest(backup)["log"]!.AsArray().SelectMany(p => p!["segments"]!.AsArray()).Sum(s => s!["events"]!.GetValue<long>());

    /// <summary>The files of contents, without those under way.</summary>
    public static IReadOnlyList<FileInfo> Contents(string backup) => Directory.Exists(Path.Combine(backup, "contents"))
        ? [.. new DirectoryInfo(Path.Combine(backup, "contents")).EnumerateFiles("*", SearchOption.AllDirectories).Where(f => f.Name.Length == 64)]
        : [];

    /// <summary>Contents that a data directory has as files, without those under way.</summary>
    public static IReadOnlyList<string> Files(DataDirectory data) => Directory.Exists(data.File("content"))
        ? [.. Directory.EnumerateFiles(data.File("content"), "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f).Length == 64)]
        : [];

    /// <summary>Another byte in the middle.</summary>
    public static void Damage(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }
}
