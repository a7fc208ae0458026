using Kilo.Architecture.Tests.Model;

namespace Kilo.Architecture.Tests.BadGraph;

/// <summary>A small solution written by hand: two modules, sound in every respect. Each test spoils one thing in it.</summary>
internal static class Synthetic
{
    public static Solution Sound { get; } = new(
    [
        new Project("BuildingBlocks", ProjectKind.BuildingBlocks, null, "src/BuildingBlocks/BuildingBlocks") { Friends = ["Kilo.Engines.Tests"] },
        new Project("Engines.Iron", ProjectKind.Engines, null, "src/BuildingBlocks/Engines.Iron")
        {
            References = [new("BuildingBlocks", "Engines.Iron.csproj")],
            Packages = [new("Confluent.Kafka", "Engines.Iron.csproj")],
            Sources = [new("src/BuildingBlocks/Engines.Iron/Relational/IronContext.cs", "Kilo.Engines.Iron.Relational", "Kilo.Engines.Iron.Relational", DeclaresTypes: true) { UsesEfCore = true }],
        },
        Contracts("Apples", "Kilo.Apples.Contracts.ApplePicked", "apples.apple-picked.v1"),
        Module("Apples", "Kilo.Apples.Contracts.ApplePicked", "Pears.Contracts"),
        Contracts("Pears", "Kilo.Pears.Contracts.PearPicked", "pears.pear-picked.v1"),
        Module("Pears", "Kilo.Pears.Contracts.PearPicked"),
        new Project("Host", ProjectKind.Host, null, "src/Host")
        {
            References = [.. new[] { "BuildingBlocks", "Engines.Iron", "Apples", "Pears" }.Select(to => new Edge(to, "Host.csproj"))],
            Sources = [new("src/Host/Program.cs", null, "Kilo.Host", DeclaresTypes: false)],
        },
    ])
    {
        Ports = [new("IEventLog", ["IronLog"]), new("IViewStore", ["IronViews"]), new("IViewStores", ["IronViewStores"])],
        EngineTests =
        [
            new("EventLogContract", true, null), new("IronLog", false, "EventLogContract"), new("RemoteLog", true, "EventLogContract"), new("CopperLog", false, "RemoteLog"),
            new("ViewStoreContract", true, null), new("IronViews", false, "ViewStoreContract"), new("CopperViews", false, "ViewStoreContract"),
        ],
        ModuleFolders = ["Apples", "Pears"],
        HostModules = "[new ApplesModule(), new PearsModule()]",
        Readme = "Kilo has two modules: Apples and Pears.",
        GoldenFiles = new HashSet<string> { "apples.apple-picked.v1", "pears.pear-picked.v1" },
    };

    /// <summary>The solution with one project changed.</summary>
    public static Solution With(this Solution solution, string project, Func<Project, Project> change) =>
        solution with { Projects = [.. solution.Projects.Select(p => p.Name == project ? change(p) : p)] };

    public static Project Refer(this Project project, string to) => project with { References = [.. project.References, new Edge(to, $"{project.Name}.csproj")] };

    public static Project Declare(this Project project, params TypeFacts[] types) => project with { Types = [.. project.Types, .. types] };

    public static TypeFacts Event(string type, string? name) => new(type, true, TypeShape.SealedRecord, [], new EventFacts(name));

    private static Project Contracts(string module, string @event, string name) =>
        new($"{module}.Contracts", ProjectKind.Contracts, module, $"src/Modules/{module}/{module}.Contracts")
        {
            References = [new("BuildingBlocks", $"{module}.Contracts.csproj")],
            Types = [Event(@event, name), new($"Kilo.{module}.Contracts.{module}Events", true, TypeShape.StaticClass, [])],
        };

    private static Project Module(string module, string appends, params string[] reads) => new(module, ProjectKind.Module, module, $"src/Modules/{module}/{module}")
    {
        References = [.. new[] { "BuildingBlocks", $"{module}.Contracts" }.Concat(reads).Select(to => new Edge(to, $"{module}.csproj"))],
        Types = [new($"Kilo.{module}.{module}Module", true, TypeShape.Other, [])],
        Appends = [new($"Kilo.{module}.Pick.PickHandler", appends)],
        Requests = [new($"Kilo.{module}.Pick.Pick", $"Kilo.{module}.Pick")],
        Handlers = [new($"Kilo.{module}.Pick.PickHandler", $"Kilo.{module}.Pick", $"Kilo.{module}.Pick.Pick")],
        Sources = [new($"src/Modules/{module}/{module}/Pick/Pick.cs", $"Kilo.{module}.Pick", $"Kilo.{module}.Pick", DeclaresTypes: true)],
    };
}
