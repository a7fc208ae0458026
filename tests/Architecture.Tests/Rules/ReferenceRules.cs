using Kilo.Architecture.Tests.Model;

namespace Kilo.Architecture.Tests.Rules;

/// <summary>Who may know whom. STYLE's rules 1, 2, 3 and the first half of 6.</summary>
internal static class ReferenceRules
{
    public static Rule ModulesSeeContractsOnly { get; } = new(
        "A module references BuildingBlocks, its own Contracts and other modules' Contracts; nothing else.",
        s => s.Of(ProjectKind.Module).Select(p => p.Name),
        s => ForbiddenReferences(s, ProjectKind.Module, to => to.Kind is ProjectKind.BuildingBlocks or ProjectKind.Contracts));

    public static Rule ContractsSeeBuildingBlocksOnly { get; } = new(
        "Contracts reference BuildingBlocks only.",
        s => s.Of(ProjectKind.Contracts).Select(p => p.Name),
        s => ForbiddenReferences(s, ProjectKind.Contracts, to => to.Kind is ProjectKind.BuildingBlocks));

    public static Rule BuildingBlocksSeeNobody { get; } = new(
        "BuildingBlocks references no project.",
        s => s.Of(ProjectKind.BuildingBlocks).Select(p => p.Name),
        s => ForbiddenReferences(s, ProjectKind.BuildingBlocks, _ => false));

    public static Rule EnginesSeeBuildingBlocksOnly { get; } = new(
        "Engines reference BuildingBlocks only.",
        s => s.Of(ProjectKind.Engines).Select(p => p.Name),
        s => ForbiddenReferences(s, ProjectKind.Engines, to => to.Kind is ProjectKind.BuildingBlocks));

    public static Rule OnlyHostComposes { get; } = new(
        "Only Host references engines and module implementations, and nobody references Host.",
        s => s.Of(ProjectKind.Engines, ProjectKind.Module, ProjectKind.Host).Select(p => p.Name),
        s => from project in s.Projects
             where project.Kind != ProjectKind.Host
             from edge in project.References
             where s.Find(edge.To)?.Kind is ProjectKind.Engines or ProjectKind.Module or ProjectKind.Host
             select new Violation(project.Name, edge.To, edge.Via));

    public static Rule EveryProjectHasItsPlace { get; } = new(
        "Every project is where its kind belongs: src/Host, src/BuildingBlocks/{BuildingBlocks|Engines.X}, src/Modules/{X}/{X|X.Contracts}.",
        s => s.Projects.Select(p => p.Name),
        s => s.Of(ProjectKind.Unplaced).Select(p => new Violation(p.Name, "no kind of project", p.Folder)));

    public static Rule DriversStayAtHome { get; } = new(
        "Driver packages appear only in engines.",
        s => from project in s.Projects from package in project.Packages where DriverOf(package.To) is not null select $"{project.Name} uses {package.To}",
        s => from project in s.Projects
             from package in project.Packages
             where DriverOf(package.To) is not null && project.Kind != ProjectKind.Engines
             select new Violation(project.Name, package.To, package.Via));

    public static Rule EfCoreStaysWithTables { get; } = new(
        "EF Core is used only where an engine's tables have columns: in its folder Relational.",
        s => from project in s.Projects from file in project.Sources where file.UsesEfCore select file.Path,
        s => from project in s.Projects
             from file in project.Sources
             where file.UsesEfCore && !(project.Kind == ProjectKind.Engines && file.Path.Contains("/Relational/", StringComparison.Ordinal))
             select new Violation(project.Name, "EF Core", file.Path));

    public static Rule NoCycles { get; } = new(
        "No project reaches itself over its references.",
        s => s.Projects.SelectMany(p => p.References).Select(e => e.To),
        s => s.Projects.Select(p => CycleFrom(s, p)).OfType<IReadOnlyList<string>>().DistinctBy(c => string.Join(' ', c.Order(StringComparer.Ordinal)))
            .Select(c => new Violation(c[0], c[0], string.Join(" → ", c.Skip(1)) is { Length: > 0 } way ? way : "itself")));

    public static Rule InternalsStayInside { get; } = new(
        "A project shows its internals to tests only.",
        s => s.Projects.Where(p => p.Friends.Count > 0).Select(p => p.Name),
        s => from project in s.Projects
             from friend in project.Friends
             where !friend.EndsWith(".Tests", StringComparison.Ordinal) && friend is not ("Kilo.Testing" or "DynamicProxyGenAssembly2")
             select new Violation(project.Name, friend, "InternalsVisibleTo"));

    // Package and assembly names: the package CassandraCSharpDriver carries the assembly Cassandra.
    private static readonly IReadOnlyList<string> Drivers =
    [
        "SQLitePCLRaw", "Microsoft.Data.Sqlite", "Confluent.Kafka", "librdkafka.redist", "CassandraCSharpDriver", "Cassandra", "StackExchange.Redis", "Microsoft.Extensions.Caching.StackExchangeRedis",
        "AWSSDK", "Npgsql", "Microsoft.EntityFrameworkCore",
    ];

    private static string? DriverOf(string package) => Drivers.FirstOrDefault(d => package == d || package.StartsWith(d + ".", StringComparison.Ordinal));

    private static IEnumerable<Violation> ForbiddenReferences(Solution solution, ProjectKind kind, Func<Project, bool> allowed) =>
        from project in solution.Of(kind)
        from edge in project.References
        where solution.Find(edge.To) is not { } to || !allowed(to)
        select new Violation(project.Name, edge.To, edge.Via);

    private static IReadOnlyList<string>? CycleFrom(Solution solution, Project start)
    {
        var pending = new Queue<IReadOnlyList<string>>([[start.Name]]);
        var seen = new HashSet<string>();
        while (pending.TryDequeue(out var way))
        {
            foreach (var next in solution.Find(way[^1])?.References.Select(e => e.To).Distinct() ?? [])
            {
                if (next == start.Name)
                {
                    return way;
                }
                if (seen.Add(next))
                {
                    pending.Enqueue([.. way, next]);
                }
            }
        }
        return null;
    }
}
