using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Kilo.Architecture.Tests.Model;

/// <summary>Discovers the model: nothing in it is listed by hand.</summary>
internal static partial class SolutionReader
{
    private static readonly Lazy<Solution> Discovered = new(Read);

    /// <summary>Kilo as it is in this checkout and build.</summary>
    public static Solution Kilo => Discovered.Value;

    private static Solution Read()
    {
        var projects = Repository.Files(Repository.PathOf("src"), ".csproj").Select(ReadProject).OrderBy(p => p.Name, StringComparer.Ordinal).ToList();
        var names = projects.Select(p => p.Name).ToHashSet();
        using var assemblies = new AssemblyReader(names);
        return new Solution([.. projects.Select(assemblies.AddCompiled)])
        {
            Ports = [.. assemblies.Ports(projects).Select(port => port with { Implementations = Implementations(projects, port.Name) })],
            EngineTests = [.. Repository.Files(Repository.PathOf("tests/Engines.Tests"), ".cs").SelectMany(f => TestClasses(File.ReadAllText(f)))],
            ModuleFolders = [.. Directory.EnumerateDirectories(Repository.PathOf("src/Modules")).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)],
            HostModules = Repository.TextOf("src/Host/Modules.cs"),
            Readme = Repository.TextOf("README.md"),
            GoldenFiles = Repository.Files(Repository.PathOf("tests/Contracts.Tests/Golden"), ".json").Select(f => Path.GetFileNameWithoutExtension(f)).ToHashSet(),
        };
    }

    private static Project ReadProject(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var folder = Repository.Relative(Path.GetDirectoryName(path)!);
        var (kind, module) = Place(folder, name);
        var xml = XDocument.Load(path);
        var file = Path.GetFileName(path);
        // A condition hides an item from one build, not from the rules: all are read.
        return new Project(name, kind, module, folder)
        {
            References = [.. Includes(xml, "ProjectReference").Select(i => new Edge(Path.GetFileNameWithoutExtension(i), file))],
            Packages = [.. Includes(xml, "PackageReference", "PackageDownload", "Reference").Select(i => new Edge(i, file))],
            Sources = [.. Repository.Files(Path.GetDirectoryName(path)!, ".cs").Select(f => ReadSource(f, folder, name))],
        };
    }

    /// <summary>A project's place in the tree says what it is; the switch has no silent default.</summary>
    public static (ProjectKind Kind, string? Module) Place(string folder, string name) => folder.Split('/') switch
    {
        ["src", "Host"] => (ProjectKind.Host, null),
        ["src", "BuildingBlocks", "BuildingBlocks"] => (ProjectKind.BuildingBlocks, null),
        ["src", "BuildingBlocks", var engines] when engines == name && engines.StartsWith("Engines.", StringComparison.Ordinal) => (ProjectKind.Engines, null),
        ["src", "Modules", var module, var contracts] when contracts == name && contracts == module + ".Contracts" => (ProjectKind.Contracts, module),
        ["src", "Modules", var module, var implementation] when implementation == name && implementation == module => (ProjectKind.Module, module),
        _ => (ProjectKind.Unplaced, null),
    };

    private static IEnumerable<string> Includes(XDocument xml, params string[] items) =>
        from element in xml.Descendants()
        where items.Contains(element.Name.LocalName)
        from include in ((string?)element.Attribute("Include") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        select include.Replace('\\', '/');

    private static SourceFile ReadSource(string path, string folder, string project)
    {
        var text = File.ReadAllText(path);
        var relative = Repository.Relative(path);
        var folders = relative[(folder.Length + 1)..].Split('/')[..^1];
        var declared = NamespaceDeclaration().Match(text);
        return new SourceFile(
            relative,
            declared.Success ? declared.Groups[1].Value : null,
            string.Join('.', ["Kilo", project, .. folders]),
            TypeDeclaration().IsMatch(text))
        {
            UsesEfCore = text.Contains("Microsoft.EntityFrameworkCore", StringComparison.Ordinal),
        };
    }

    /// <summary>The classes that a source file declares.</summary>
    public static IEnumerable<TestClass> TestClasses(string source) => ClassDeclaration().Matches(source).Select(m => new TestClass(
        m.Groups["name"].Value, m.Groups["modifiers"].Value.Contains("abstract", StringComparison.Ordinal), m.Groups["base"] is { Success: true, Value: var b } ? b : null));

    // From the source and not from the assembly: an engine of the FullFeed build is drawn in every build.
    private static IReadOnlyList<string> Implementations(IEnumerable<Project> projects, string port) =>
    [
        .. from project in projects
           where project.Kind == ProjectKind.Engines
           from file in project.Sources
           from declared in ClassDeclaration().Matches(File.ReadAllText(Repository.PathOf(file.Path)))
           where declared.Groups["bases"].Value.Split(',', StringSplitOptions.TrimEntries).Contains(port)
           orderby declared.Groups["name"].Value
           select declared.Groups["name"].Value,
    ];

    [GeneratedRegex(@"^\s*namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceDeclaration();

    [GeneratedRegex(@"^[\w\s]*\b(class|record|struct|interface|enum|delegate)\s+\w", RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"^[ \t]*(?<modifiers>(?:(?:public|internal|private|protected|file|abstract|sealed|static|partial|unsafe)\s+)*)class\s+(?<name>\w+)(?:<[^>]*>)?\s*(?:\((?:[^()]|\([^()]*\))*\))?\s*(?::\s*(?<bases>(?<base>\w+)[^{;]*))?", RegexOptions.Multiline)]
    private static partial Regex ClassDeclaration();
}
