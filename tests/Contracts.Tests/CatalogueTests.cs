using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kilo.BuildingBlocks.Events;
using Kilo.Contracts.Tests.Model;

namespace Kilo.Contracts.Tests;

/// <summary>Reading what an old, a newer or a broken build wrote.</summary>
public sealed class CatalogueTests
{
    private readonly EventCatalogue _catalogue = new EventCatalogue()
        .Add(OrchardJson.Default.PickedV1)
        .Add(OrchardJson.Default.PickedV2)
        .Add(OrchardJson.Default.Picked)
        .Upcast<PickedV1, PickedV2>(old => new PickedV2(old.Tree, old.Apples, "apples"))
        .Upcast<PickedV2, Picked>(old => new Picked(old.Tree, new Amount(old.Count, old.Unit)));

    [Fact]
    public void An_event_of_the_first_version_is_read_as_the_newest() =>
        _catalogue.Read(Golden.Envelope("orchard.picked.v1", """{"tree":"east","apples":7}""")).ShouldBe(new Picked("east", new Amount(7, "apples")));

    [Fact]
    public void An_event_of_a_version_in_between_is_read_as_the_newest() =>
        _catalogue.Read(Golden.Envelope("orchard.picked.v2", """{"tree":"east","count":7,"unit":"pears"}""")).ShouldBe(new Picked("east", new Amount(7, "pears")));

    [Fact]
    public void An_event_of_the_newest_version_is_read_as_it_is() =>
        _catalogue.Read(Golden.Envelope("orchard.picked.v3", """{"tree":"east","amount":{"count":7,"unit":"plums"}}""")).ShouldBe(new Picked("east", new Amount(7, "plums")));

    [Fact]
    public void What_is_written_is_read_again()
    {
        var picked = new Picked("west", new Amount(3, "apples"));
        _catalogue.Read(Golden.Envelope(Picked.EventName, Encoding.UTF8.GetString(_catalogue.Write(picked)))).ShouldBe(picked);
    }

    [Fact]
    public void The_key_is_in_the_envelope_and_not_in_the_body() => Encoding.UTF8.GetString(_catalogue.Write(new PickedV1("east", 7))).ShouldBe("""{"tree":"east","apples":7}""");

    [Fact]
    public void A_name_that_this_build_does_not_know_is_unreadable_and_the_reason_says_which() =>
        Should.Throw<UnreadableEventException>(() => _catalogue.Read(Golden.Envelope("orchard.felled.v1", "{}"))).Message.ShouldContain("'orchard.felled.v1'");

    [Fact]
    public void A_null_body_is_unreadable() =>
        Should.Throw<UnreadableEventException>(() => _catalogue.Read(Golden.Envelope("orchard.picked.v1", "null"))).Message.ShouldContain("null");

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{\"tree\":\"east\"")]
    [InlineData("{\"tree\":\"east\",\"apples\":\"many\"}")]
    [InlineData("{\"tree\":null,\"apples\":7}")]
    [InlineData("{\"apples\":7}")]
    public void A_body_that_is_not_what_the_name_promises_is_unreadable_and_keeps_its_cause(string body)
    {
        var refused = Should.Throw<UnreadableEventException>(() => _catalogue.Read(Golden.Envelope("orchard.picked.v1", body)));
        refused.Message.ShouldContain("'orchard.picked.v1'");
        refused.InnerException.ShouldBeAssignableTo<JsonException>();
    }

    [Fact]
    public void A_record_that_was_never_registered_cannot_be_written() =>
        Should.Throw<InvalidOperationException>(() => new EventCatalogue().Write(new PickedV1("east", 7))).Message.ShouldContain(nameof(PickedV1));

    [Fact]
    public void A_name_belongs_to_one_record() => Should.Throw<ArgumentException>(() => new EventCatalogue().Add(OrchardJson.Default.PickedV1).Add(OrchardJson.Default.Usurper));

    [Fact]
    public void A_record_has_one_upcaster() => Should.Throw<ArgumentException>(() => _catalogue.Upcast<PickedV1, Picked>(_ => throw new NotSupportedException()));

    [Fact]
    public void The_catalogue_lists_its_events_by_name_and_its_topics_once()
    {
        _catalogue.Types.Select(t => t.Name).ShouldBe(["orchard.picked.v1", "orchard.picked.v2", "orchard.picked.v3"]);
        _catalogue.Topics.ShouldBe([Orchard.Topic]);
    }
}

internal static class Orchard
{
    public static Topic Topic { get; } = new("kilo.orchard", "orchard", Partitions: 1);
}

internal sealed record PickedV1(string Tree, int Apples) : IIntegrationEvent
{
    public static string EventName => "orchard.picked.v1";

    public static Topic Topic => Orchard.Topic;

    [JsonIgnore]
    public string Key => Tree;
}

internal sealed record PickedV2(string Tree, int Count, string Unit) : IIntegrationEvent
{
    public static string EventName => "orchard.picked.v2";

    public static Topic Topic => Orchard.Topic;

    [JsonIgnore]
    public string Key => Tree;
}

internal sealed record Amount(int Count, string Unit);

internal sealed record Picked(string Tree, Amount Amount) : IIntegrationEvent
{
    public static string EventName => "orchard.picked.v3";

    public static Topic Topic => Orchard.Topic;

    [JsonIgnore]
    public string Key => Tree;
}

internal sealed record Usurper(string Tree) : IIntegrationEvent
{
    public static string EventName => "orchard.picked.v1";

    public static Topic Topic => Orchard.Topic;

    [JsonIgnore]
    public string Key => Tree;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PickedV1))]
[JsonSerializable(typeof(PickedV2))]
[JsonSerializable(typeof(Picked))]
[JsonSerializable(typeof(Usurper))]
internal sealed partial class OrchardJson : JsonSerializerContext;
