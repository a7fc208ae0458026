using System.Globalization;
using System.Text;
using Kilo.Architecture.Tests.Model;

namespace Kilo.Architecture.Tests.Docs;

/// <summary>The model as Mermaid. Pure, and in a fixed order, so that a difference is a change of the architecture.</summary>
internal static class Drawing
{
    /// <summary>Projects and who references whom, as the csproj files say it.</summary>
    public static string References(Solution solution)
    {
        var mermaid = new StringBuilder("```mermaid\nflowchart TD\n");
        Append(mermaid, solution.Of(ProjectKind.Host), "  ");
        foreach (var module in solution.Of(ProjectKind.Module, ProjectKind.Contracts).GroupBy(p => p.Module!).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            mermaid.Append(CultureInfo.InvariantCulture, $"  subgraph {module.Key}Module[\"Module {module.Key}\"]\n");
            Append(mermaid, module, "    ");
            mermaid.Append("  end\n");
        }
        mermaid.Append("  subgraph Engines[\"Engines\"]\n");
        Append(mermaid, solution.Of(ProjectKind.Engines), "    ");
        mermaid.Append("  end\n");
        Append(mermaid, solution.Of(ProjectKind.BuildingBlocks, ProjectKind.Unplaced), "  ");
        foreach (var project in solution.Projects)
        {
            foreach (var to in project.References.Where(e => e.Via.EndsWith(".csproj", StringComparison.Ordinal)).Select(e => e.To).Distinct().Order(StringComparer.Ordinal))
            {
                mermaid.Append(CultureInfo.InvariantCulture, $"  {Id(project.Name)} --> {Id(to)}\n");
            }
        }
        return mermaid.Append("```").ToString();
    }

    /// <summary>Which module appends which event, and which modules fold it: solid says, dotted hears.</summary>
    public static string Events(Solution solution)
    {
        var names = solution.Events.ToDictionary(e => e.Type.FullName, e => e.Event.Name ?? e.Type.FullName);
        var mermaid = new StringBuilder("```mermaid\nflowchart LR\n");
        foreach (var module in solution.Of(ProjectKind.Module))
        {
            mermaid.Append(CultureInfo.InvariantCulture, $"  {Id(module.Name)}[\"{module.Name}\"]\n");
        }
        foreach (var (name, said, heard) in names.Values.Order(StringComparer.Ordinal).Select(n => (n, Uses(n, p => p.Appends), Uses(n, p => p.Folds))))
        {
            mermaid.Append(CultureInfo.InvariantCulture, $"  {Id(name)}([\"{name}\"])\n");
            said.ForEach(module => mermaid.Append(CultureInfo.InvariantCulture, $"  {Id(module)} --> {Id(name)}\n"));
            heard.ForEach(module => mermaid.Append(CultureInfo.InvariantCulture, $"  {Id(name)} -.-> {Id(module)}\n"));
        }
        return mermaid.Append("```").ToString();

        List<string> Uses(string name, Func<Project, IReadOnlyList<MessageUse>> uses) =>
            [.. solution.Of(ProjectKind.Module).Where(p => uses(p).Any(u => names.GetValueOrDefault(u.Message) == name)).Select(p => p.Name)];
    }

    /// <summary>The ports, what implements them, and which engines their suites run against.</summary>
    public static string Ports(Solution solution)
    {
        var table = new StringBuilder("| port | implemented by | suite | runs against |\n|---|---|---|---|\n");
        foreach (var port in Rules.PlacementRules.PortNames(solution))
        {
            var suite = port[1..] + "Contract";
            var implementations = solution.Ports.Where(p => p.Name == port).SelectMany(p => p.Implementations).Order(StringComparer.Ordinal);
            table.Append(CultureInfo.InvariantCulture, $"| `{port}` | {Code(implementations)} | `{suite}` | {Code(Rules.PlacementRules.EnginesUnder(solution, suite).Order(StringComparer.Ordinal))} |\n");
        }
        return table.ToString().TrimEnd('\n');
    }

    private static string Code(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"`{n}`"));

    private static void Append(StringBuilder mermaid, IEnumerable<Project> projects, string indent)
    {
        foreach (var project in projects)
        {
            mermaid.Append(CultureInfo.InvariantCulture, $"{indent}{Id(project.Name)}[\"{project.Name}\"]\n");
        }
    }

    // A dot or hyphen in an id, and the word "end", mean something else to Mermaid.
    private static string Id(string name) => "n_" + name.Replace('.', '_').Replace('-', '_');
}
