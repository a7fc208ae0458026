using System.Text.RegularExpressions;
using Kilo.Architecture.Tests.Model;

namespace Kilo.Architecture.Tests.Rules;

/// <summary>Where things are, and who knows of them. The rest of STYLE's rule 5, and rule 7.</summary>
internal static class PlacementRules
{
    // Not ports of their own: the opener and the handle of one. Their suite is the port's.
    private static readonly Dictionary<string, string> PartOf = new()
    {
        ["IViewStores"] = "IViewStore",
        ["IRelationalSnapshot"] = "IRelations",
        ["IStagedContent"] = "IContentStore",
        ["IPartialContents"] = "IContentStore",
        ["IPartialContent"] = "IContentStore",
    };

    // What an engine says of itself, to Host alone.
    private static readonly HashSet<string> NoPorts = ["IReadinessCheck"];

    public static Rule NamespaceIsFolder { get; } = new(
        "A file's namespace is its folder.",
        s => s.Projects.SelectMany(p => p.Sources).Select(f => f.Path),
        s => from project in s.Projects
             from file in project.Sources
             where file.Namespace is null
                 ? file.DeclaresTypes && !file.Path.EndsWith("/Program.cs", StringComparison.Ordinal)
                 : file.Namespace != file.Expected
             select new Violation(file.Path, file.Namespace ?? "no namespace", $"its folder, which says {file.Expected}"));

    public static Rule PortsHaveASuiteAndTwoEngines { get; } = new(
        "Every port has a contract suite that at least two engines pass.",
        s => PortNames(s),
        s => PortNames(s).SelectMany(port => SuiteOf(s, port)));

    public static Rule ModulesAreRegistered { get; } = new(
        "Every module under src/Modules is registered in Host.",
        s => s.ModuleFolders,
        s => from module in s.ModuleFolders
             where !Regex.IsMatch(s.HostModules, $@"\b{Regex.Escape(module)}Module\b")
             select new Violation("Host", $"{module}Module", "src/Host/Modules.cs, which does not name it"));

    public static Rule ModulesAreInTheReadme { get; } = new(
        "Every module under src/Modules is named in the README.",
        s => s.ModuleFolders,
        s => from module in s.ModuleFolders
             where !Regex.IsMatch(s.Readme, $@"\b{Regex.Escape(module)}\b")
             select new Violation("README.md", module, s.Readme.Length == 0 ? "no text: the README is missing" : "no line that names it"));

    /// <summary>What modules ask for and engines give.</summary>
    public static IEnumerable<string> PortNames(Solution solution) => solution.Ports.Where(p => !NoPorts.Contains(p.Name)).Select(p => PartOf.GetValueOrDefault(p.Name, p.Name)).Distinct();

    /// <summary>The concrete classes that run a port's suite.</summary>
    public static IReadOnlyList<string> EnginesUnder(Solution solution, string suite) =>
    [
        .. solution.EngineTests.Where(c => c.Base == suite).SelectMany(c => c.IsAbstract ? EnginesUnder(solution, c.Name) : [c.Name]).Distinct(),
    ];

    private static IEnumerable<Violation> SuiteOf(Solution solution, string port)
    {
        var suite = $"{port[1..]}Contract";
        if (!solution.EngineTests.Any(c => c.Name == suite && c.IsAbstract))
        {
            return [new Violation(port, suite, "tests/Engines.Tests, which has no such abstract class")];
        }
        var engines = EnginesUnder(solution, suite);
        return engines.Count >= 2 ? [] : [new Violation(port, suite, $"{(engines.Count == 0 ? "no engine" : $"{engines[0]} alone")}: two are needed to tell a contract from a habit")];
    }
}
