using Kilo.Architecture.Tests.Docs;
using Kilo.Architecture.Tests.Model;
using Kilo.Contracts.Tests.Model;

namespace Kilo.Contracts.Tests.Docs;

/// <summary>The published catalogue is what the contracts say.</summary>
public sealed class EventsPageTests
{
    private const string Preface = """
        # Events

        Everything that Kilo's modules tell each other, and all that a subscriber can rely on. Bodies are JSON; id, type, source, time, actor and
        trace travel as CloudEvents headers beside them. Events only grow by optional properties; anything else is a new version beside the old.
        Written from the contracts and their doc comments by `tests/Contracts.Tests`; a test fails when it differs. `./kilo docs` writes it again.
        """;

    [Fact]
    [Trait("kilo", "docs")]
    public void The_documented_events_are_the_published_ones() =>
        GeneratedDocument.CompareOrWrite(Repository.PathOf("docs/events.md"), Preface, EventsPage.Write(Published.Events));

    [Fact]
    public void Every_event_says_what_happened()
    {
        var comments = new XmlComments();
        Published.Events.Where(e => comments.Summary(e.ClrType).Length == 0).Select(e => $"{e.Name} → summary via {e.ClrType}").ShouldBeEmpty();
    }

    [Fact]
    public void Every_property_of_an_event_says_what_it_means()
    {
        var comments = new XmlComments();
        var silent =
            from type in Published.Events
            from property in Shape.Of(type)
            where comments.Meaning(property.Property).Length == 0
            select $"{type.Name} → {property.Path} via <param> of {property.Property.DeclaringType}";
        silent.ShouldBeEmpty();
    }

    [Fact]
    public void A_private_topic_is_marked_as_private()
    {
        var page = EventsPage.Write(Published.Events);
        foreach (var type in Published.Events.Where(e => e.Topic.Private))
        {
            page.ShouldContain($"| [`{type.Name}`](#{type.Name.Replace(".", "", StringComparison.Ordinal)}) | `{type.Topic.Name}` (private) |");
        }
    }
}
