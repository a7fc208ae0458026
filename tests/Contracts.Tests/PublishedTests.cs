using Kilo.Contracts.Tests.Model;

namespace Kilo.Contracts.Tests;

/// <summary>What every module publishes, taken together.</summary>
public sealed class PublishedTests
{
    [Fact]
    public void The_modules_were_found_and_each_publishes_something()
    {
        Published.Modules.ShouldNotBeEmpty();
        Published.Events.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_name_means_one_record_in_every_module() =>
        Published.Events.GroupBy(e => e.Name).Where(g => g.Count() > 1).Select(g => $"{g.Key} → {string.Join(" and ", g.Select(e => e.ClrType))}").ShouldBeEmpty();

    [Fact]
    public void An_event_travels_on_a_topic_of_the_module_that_it_is_named_after() =>
        Published.Events.Where(e => !e.Name.StartsWith(e.Topic.Owner + ".", StringComparison.Ordinal)).Select(e => $"{e.Name} → {e.Topic.Name} via owner {e.Topic.Owner}").ShouldBeEmpty();

    [Fact]
    public void A_topic_has_one_meaning() =>
        Published.Events.Select(e => e.Topic).Distinct().GroupBy(t => t.Name).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty(
            "Two declarations of one topic differ in owner, partitions, compaction or privacy.");

    [Fact]
    public void An_event_on_a_private_topic_is_a_type_that_no_other_module_can_see() =>
        Published.Events.Where(e => e.Topic.Private && e.ClrType.IsVisible).Select(e => $"{e.Name} → {e.ClrType} via a public type").ShouldBeEmpty();

    [Fact]
    public void A_module_folds_no_private_topic_of_another_module() =>
        Published.Modules.SelectMany(m => m.Folds.Where(t => t.Private && t.Owner != m.Name).Select(t => $"{m.Name} → {t.Name} via Folds, though it is private to {t.Owner}")).ShouldBeEmpty();

    [Fact]
    public void A_topic_that_a_module_folds_is_one_that_events_travel_on() =>
        Published.Modules.SelectMany(m => m.Folds.Except(Published.Events.Select(e => e.Topic)).Select(t => $"{m.Name} → {t.Name} via Folds, though no published event travels on it")).ShouldBeEmpty();

    [Fact]
    public void No_public_event_carries_a_secret() =>
        Published.Events.Where(e => !e.Topic.Private).SelectMany(e => Shape.Of(e).Select(p => (Event: e, Property: p)))
            .Where(p => p.Property.Path.Contains("password", StringComparison.OrdinalIgnoreCase)
                || (p.Property.Path.Contains("secret", StringComparison.OrdinalIgnoreCase) && !p.Property.Path.EndsWith("Sha256", StringComparison.Ordinal)))
            .Select(p => $"{p.Event.Name} → {p.Property.Path} via {p.Event.Topic.Name}").ShouldBeEmpty();

    [Fact]
    public void A_property_that_may_be_null_may_also_be_absent()
    {
        var unclear =
            from type in Published.Events
            from property in Shape.Of(type)
            where property.MayBeNull && !property.IsOptional
            select $"{type.Name} → {property.Path} via {property.Property.DeclaringType!.Name}, where it may be null but must be present";
        unclear.ShouldBeEmpty("A null is left out of the JSON; then the body lacks what its reader requires. Give the property a default: '= null'.");
    }

    [Fact]
    public void The_same_contract_gives_the_same_example() =>
        Published.Events.Where(e => Golden.Write(e, Examples.Full(e.ClrType)) != Golden.Write(e, Examples.Full(e.ClrType))).Select(e => e.Name).ShouldBeEmpty();
}
