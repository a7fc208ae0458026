using Kilo.Architecture.Tests.Model;
using Kilo.Architecture.Tests.Rules;

namespace Kilo.Architecture.Tests.BadGraph;

/// <summary>A rule that never fails is no rule: each is shown what it must find.</summary>
public sealed class BadGraphTests
{
    public static TheoryData<string> Rules => [.. All.Rules.Keys];

    public static TheoryData<string> PlantedReports => [.. Plants.All.Select(p => p.Report)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_holds_for_a_sound_solution(string rule) => All.Rules[rule].Check(Synthetic.Sound).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(PlantedReports))]
    public void A_rule_reports_exactly_what_was_planted(string report)
    {
        var plant = Plants.All.Single(p => p.Report == report);
        All.Rules[plant.Rule].Check(plant.Spoiled).ShouldBe([report]);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_has_something_planted_for_it(string rule) => Plants.All.ShouldContain(p => p.Rule == rule);

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_that_finds_nobody_to_speak_of_fails(string rule) =>
        All.Rules[rule].Check(new Solution([])).ShouldBe(["The rule found nothing to look at, so it proves nothing."]);
}
