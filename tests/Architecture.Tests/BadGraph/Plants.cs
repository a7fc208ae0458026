using Kilo.Architecture.Tests.Model;
using Kilo.Architecture.Tests.Rules;

namespace Kilo.Architecture.Tests.BadGraph;

/// <summary>One thing spoiled, and the one line that the rule must print for it.</summary>
internal sealed record Plant(string Rule, Solution Spoiled, string Report);

/// <summary>At least one for every rule.</summary>
internal static class Plants
{
    private static readonly Solution Sound = Synthetic.Sound;

    public static IReadOnlyList<Plant> All { get; } =
    [
        new(nameof(ReferenceRules.ModulesSeeContractsOnly), Sound.With("Apples", p => p.Refer("Pears")), "Apples → Pears via Apples.csproj"),
        new(nameof(ReferenceRules.ModulesSeeContractsOnly), Sound.With("Apples", p => p.Refer("Testing")), "Apples → Testing via Apples.csproj"),
        new(nameof(ReferenceRules.ContractsSeeBuildingBlocksOnly), Sound.With("Pears.Contracts", p => p.Refer("Apples.Contracts")), "Pears.Contracts → Apples.Contracts via Pears.Contracts.csproj"),
        new(nameof(ReferenceRules.BuildingBlocksSeeNobody), Sound.With("BuildingBlocks", p => p.Refer("Apples.Contracts")), "BuildingBlocks → Apples.Contracts via BuildingBlocks.csproj"),
        new(nameof(ReferenceRules.EnginesSeeBuildingBlocksOnly), Sound.With("Engines.Iron", p => p.Refer("Pears.Contracts")), "Engines.Iron → Pears.Contracts via Engines.Iron.csproj"),
        new(nameof(ReferenceRules.OnlyHostComposes), Sound.With("Pears", p => p.Refer("Engines.Iron")), "Pears → Engines.Iron via Pears.csproj"),
        new(nameof(ReferenceRules.OnlyHostComposes), Sound.With("Pears", p => p.Refer("Host")), "Pears → Host via Pears.csproj"),
        new(nameof(ReferenceRules.EveryProjectHasItsPlace), Sound with { Projects = [.. Sound.Projects, new("Common", ProjectKind.Unplaced, null, "src/Common")] }, "Common → no kind of project via src/Common"),
        new(nameof(ReferenceRules.DriversStayAtHome), Sound.With("Apples", p => p with { Packages = [new("Npgsql", "Apples.csproj")] }), "Apples → Npgsql via Apples.csproj"),
        new(nameof(ReferenceRules.DriversStayAtHome), Sound.With("Host", p => p with { Packages = [new("Cassandra", "Kilo.Host.dll")] }), "Host → Cassandra via Kilo.Host.dll"),
        new(nameof(ReferenceRules.DriversStayAtHome), Sound.With("Apples", p => p with { Packages = [new("Microsoft.EntityFrameworkCore.Relational", "Apples.csproj")] }),
            "Apples → Microsoft.EntityFrameworkCore.Relational via Apples.csproj"),
        new(nameof(ReferenceRules.EfCoreStaysWithTables),
            Sound.With("Engines.Iron", p => p with { Sources = [new("src/BuildingBlocks/Engines.Iron/IronLog.cs", "Kilo.Engines.Iron", "Kilo.Engines.Iron", true) { UsesEfCore = true }] }),
            "Engines.Iron → EF Core via src/BuildingBlocks/Engines.Iron/IronLog.cs"),
        new(nameof(ReferenceRules.NoCycles), Sound.With("Pears.Contracts", p => p.Refer("Apples")), "Apples → Apples via Pears.Contracts"),
        new(nameof(ReferenceRules.InternalsStayInside), Sound.With("Apples", p => p with { Friends = ["Kilo.Pears"] }), "Apples → Kilo.Pears via InternalsVisibleTo"),

        new(nameof(ContractRules.OnlyTheModuleIsPublic), Sound.With("Apples", p => p.Declare(new TypeFacts("Kilo.Apples.Pick.PickHandler", true, TypeShape.Other, []))),
            "Apples → Kilo.Apples.Pick.PickHandler via a public type"),
        new(nameof(ContractRules.OnlyTheModuleIsPublic), Sound.With("Apples", p => p with { Types = [] }), "Apples → Kilo.Apples.ApplesModule via no public type of that name"),
        new(nameof(ContractRules.ContractsAreSealedImmutableRecords), Sound.With("Apples.Contracts", p => p.Declare(new TypeFacts("Kilo.Apples.Contracts.Basket", true, TypeShape.OpenRecord, []))),
            "Apples.Contracts → Kilo.Apples.Contracts.Basket via a record that is not sealed"),
        new(nameof(ContractRules.ContractsAreSealedImmutableRecords), Sound.With("Apples.Contracts", p => p.Declare(new TypeFacts("Kilo.Apples.Contracts.IBasket", true, TypeShape.Other, []))),
            "Apples.Contracts → Kilo.Apples.Contracts.IBasket via a type that is no record"),
        new(nameof(ContractRules.ContractsAreSealedImmutableRecords), Sound.With("Apples", p => p.Declare(PrivateEvent("apples.worm-found.v1", "Count"))),
            "Apples → Kilo.Apples.WormFound.Count via a member that can change"),
        new(nameof(ContractRules.EventNamesAreLiterals), Sound.With("Apples", p => p.Declare(PrivateEvent("pears.worm-found.v1"))),
            "Kilo.Apples.WormFound → pears.worm-found.v1 via EventName, which must be a literal like apples.something-happened.v1"),
        new(nameof(ContractRules.EventNamesAreLiterals), Sound.With("Apples", p => p.Declare(PrivateEvent(null))),
            "Kilo.Apples.WormFound → a computed name via EventName, which must be a literal like apples.something-happened.v1"),
        new(nameof(ContractRules.EventNamesAreUnique), Sound.With("Apples", p => p.Declare(PrivateEvent("apples.apple-picked.v1"))),
            "Kilo.Apples.WormFound → apples.apple-picked.v1 via Kilo.Apples.Contracts.ApplePicked, which has the name already"),
        new(nameof(ContractRules.EventsHaveGoldenFiles), Sound.With("Apples", p => p.Declare(PrivateEvent("apples.worm-found.v1"))),
            "Kilo.Apples.WormFound → apples.worm-found.v1.json via tests/Contracts.Tests/Golden, where it is missing: ./kilo docs writes it"),

        new(nameof(MessageRules.ModulesAppendTheirOwnEvents), Sound.With("Apples", p => p with { Appends = [.. p.Appends, new("Kilo.Apples.Steal.StealHandler", "Kilo.Pears.Contracts.PearPicked")] }),
            "Apples → Kilo.Pears.Contracts.PearPicked via Kilo.Apples.Steal.StealHandler"),
        new(nameof(MessageRules.ModulesAppendThroughThePublisher), Sound.With("Pears", p => p with { RawAppends = ["Kilo.Pears.Pick.Shortcut"] }), "Pears → IEventLog.AppendAsync via Kilo.Pears.Pick.Shortcut"),
        new(nameof(MessageRules.RequestsHaveOneHandlerBesideThem), Sound.With("Pears", p => p with { Handlers = [] }), "Kilo.Pears.Pick.Pick → IRequestHandler via no class: nobody answers it"),
        new(nameof(MessageRules.RequestsHaveOneHandlerBesideThem),
            Sound.With("Pears", p => p with { Handlers = [.. p.Handlers, new("Kilo.Pears.Pick.Other", "Kilo.Pears.Pick", "Kilo.Pears.Pick.Pick")] }),
            "Kilo.Pears.Pick.Pick → Kilo.Pears.Pick.Other via a second handler beside Kilo.Pears.Pick.PickHandler"),
        new(nameof(MessageRules.RequestsHaveOneHandlerBesideThem),
            Sound.With("Pears", p => p with { Handlers = [new("Kilo.Pears.Handlers.PickHandler", "Kilo.Pears.Handlers", "Kilo.Pears.Pick.Pick")] }),
            "Kilo.Pears.Pick.Pick → Kilo.Pears.Handlers.PickHandler via another namespace"),
        new(nameof(MessageRules.RequestsStayInTheirModule), Sound.With("Apples", p => p with { ForeignTypes = ["Kilo.Pears.Pick.Pick"] }), "Apples → Kilo.Pears.Pick.Pick via Kilo.Apples.dll"),
        new(nameof(MessageRules.RequestsStayInTheirModule),
            Sound.With("Pears.Contracts", p => p with { Requests = [new("Kilo.Pears.Contracts.Peel", "Kilo.Pears.Contracts")] }),
            "Pears.Contracts → Kilo.Pears.Contracts.Peel via a request declared outside a module's implementation"),

        new(nameof(PlacementRules.NamespaceIsFolder), Sound.With("Apples", p => p with { Sources = [new("src/Modules/Apples/Apples/Peel/Peel.cs", "Kilo.Apples", "Kilo.Apples.Peel", true)] }),
            "src/Modules/Apples/Apples/Peel/Peel.cs → Kilo.Apples via its folder, which says Kilo.Apples.Peel"),
        new(nameof(PlacementRules.NamespaceIsFolder), Sound.With("Apples", p => p with { Sources = [new("src/Modules/Apples/Apples/Peel.cs", null, "Kilo.Apples", true)] }),
            "src/Modules/Apples/Apples/Peel.cs → no namespace via its folder, which says Kilo.Apples"),
        new(nameof(PlacementRules.PortsHaveASuiteAndTwoEngines), Sound with { Ports = [.. Sound.Ports, new("IClock", ["IronClock"])] }, "IClock → ClockContract via tests/Engines.Tests, which has no such abstract class"),
        new(nameof(PlacementRules.PortsHaveASuiteAndTwoEngines), Sound with { EngineTests = [.. Sound.EngineTests.Where(c => c.Name != "CopperLog")] },
            "IEventLog → EventLogContract via IronLog alone: two are needed to tell a contract from a habit"),
        new(nameof(PlacementRules.ModulesAreRegistered), Sound with { HostModules = "[new ApplesModule()]" }, "Host → PearsModule via src/Host/Modules.cs, which does not name it"),
        new(nameof(PlacementRules.ModulesAreInTheReadme), Sound with { Readme = "Only Pears here." }, "README.md → Apples via no line that names it"),
        new(nameof(PlacementRules.ModulesAreInTheReadme), Sound with { ModuleFolders = ["Pears"], Readme = "" }, "README.md → Pears via no text: the README is missing"),
    ];

    private static TypeFacts PrivateEvent(string? name, params string[] mutable) => new("Kilo.Apples.WormFound", false, TypeShape.SealedRecord, mutable, new EventFacts(name));
}
