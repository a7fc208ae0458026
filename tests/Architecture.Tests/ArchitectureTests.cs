using Kilo.Architecture.Tests.Model;
using Kilo.Architecture.Tests.Rules;

namespace Kilo.Architecture.Tests;

/// <summary>The rules of the house, held against Kilo as it is.</summary>
public sealed class ArchitectureTests
{
    [Fact]
    public void A_module_references_building_blocks_and_contracts_and_nothing_else() => MustHold(ReferenceRules.ModulesSeeContractsOnly);

    [Fact]
    public void Contracts_reference_building_blocks_only() => MustHold(ReferenceRules.ContractsSeeBuildingBlocksOnly);

    [Fact]
    public void Building_blocks_reference_no_project() => MustHold(ReferenceRules.BuildingBlocksSeeNobody);

    [Fact]
    public void Engines_reference_building_blocks_only() => MustHold(ReferenceRules.EnginesSeeBuildingBlocksOnly);

    [Fact]
    public void Only_host_references_engines_and_module_implementations() => MustHold(ReferenceRules.OnlyHostComposes);

    [Fact]
    public void Every_project_is_where_its_kind_belongs() => MustHold(ReferenceRules.EveryProjectHasItsPlace);

    [Fact]
    public void Driver_packages_appear_only_in_engines() => MustHold(ReferenceRules.DriversStayAtHome);

    [Fact]
    public void EF_Core_is_used_only_where_tables_have_columns() => MustHold(ReferenceRules.EfCoreStaysWithTables);

    [Fact]
    public void No_project_reaches_itself() => MustHold(ReferenceRules.NoCycles);

    [Fact]
    public void Internals_are_visible_to_tests_only() => MustHold(ReferenceRules.InternalsStayInside);

    [Fact]
    public void The_only_public_type_of_a_module_is_its_registration() => MustHold(ContractRules.OnlyTheModuleIsPublic);

    [Fact]
    public void Contracts_are_sealed_immutable_records() => MustHold(ContractRules.ContractsAreSealedImmutableRecords);

    [Fact]
    public void An_event_name_is_a_literal_that_starts_with_its_module_and_ends_with_its_version() => MustHold(ContractRules.EventNamesAreLiterals);

    [Fact]
    public void No_two_events_share_a_name() => MustHold(ContractRules.EventNamesAreUnique);

    [Fact]
    public void Every_event_has_a_golden_file() => MustHold(ContractRules.EventsHaveGoldenFiles);

    [Fact]
    public void A_module_appends_only_its_own_events() => MustHold(MessageRules.ModulesAppendTheirOwnEvents);

    [Fact]
    public void A_module_appends_through_the_publisher_and_never_to_the_log_itself() => MustHold(MessageRules.ModulesAppendThroughThePublisher);

    [Fact]
    public void Every_request_has_exactly_one_handler_in_its_own_namespace() => MustHold(MessageRules.RequestsHaveOneHandlerBesideThem);

    [Fact]
    public void No_command_or_query_crosses_modules() => MustHold(MessageRules.RequestsStayInTheirModule);

    [Fact]
    public void A_namespace_is_its_folder() => MustHold(PlacementRules.NamespaceIsFolder);

    [Fact]
    public void Every_port_has_a_contract_suite_that_at_least_two_engines_pass() => MustHold(PlacementRules.PortsHaveASuiteAndTwoEngines);

    [Fact]
    public void Every_module_is_registered_in_host() => MustHold(PlacementRules.ModulesAreRegistered);

    [Fact]
    public void Every_module_is_named_in_the_readme() => MustHold(PlacementRules.ModulesAreInTheReadme);

    [Fact]
    public void Every_rule_is_held_against_the_solution() =>
        typeof(ArchitectureTests).GetMethods().Count(m => m.IsDefined(typeof(FactAttribute), false)).ShouldBe(All.Rules.Count + 1, "A rule without a test here is a wish.");

    private static void MustHold(Rule rule)
    {
        var broken = rule.Check(SolutionReader.Kilo);
        Assert.True(broken.Count == 0, $"{rule.Sentence}{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", broken)}");
    }
}
