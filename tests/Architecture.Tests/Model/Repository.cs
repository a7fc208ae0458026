namespace Kilo.Architecture.Tests.Model;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string TextOf(string relative) => File.Exists(PathOf(relative)) ? File.ReadAllText(PathOf(relative)) : "";

    /// <summary>Relative to the root, with <c>/</c>.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>Files below a folder, what builds and package managers wrote left out.</summary>
    public static IEnumerable<string> Files(string folder, string extension)
    {
        var pending = new Stack<string>(Directory.Exists(folder) ? [folder] : []);
        while (pending.TryPop(out var current))
        {
            foreach (var file in Directory.EnumerateFiles(current, "*" + extension).Order(StringComparer.Ordinal))
            {
                yield return file;
            }
            foreach (var child in Directory.EnumerateDirectories(current).Where(d => Path.GetFileName(d) is not ("bin" or "obj" or "node_modules" or "dist")))
            {
                pending.Push(child);
            }
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Kilo.slnx")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException($"Kilo.slnx is in no folder above {AppContext.BaseDirectory}: these tests read the checkout that they were built from.");
    }
}
