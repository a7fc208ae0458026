using System.Globalization;
using System.Text;
using Kilo.BuildingBlocks.Events;
using Kilo.Contracts.Tests.Model;

namespace Kilo.Contracts.Tests.Docs;

/// <summary>docs/events.md: the published catalogue, from the contracts and their doc comments.</summary>
internal static class EventsPage
{
    public static string Write(IReadOnlyList<EventType> events)
    {
        var (page, comments) = (new StringBuilder(), new XmlComments());
        page.Append("## Topics\n\n| topic | owner | partitions | kind |\n|---|---|---|---|\n");
        foreach (var topic in events.Select(e => e.Topic).Distinct().OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{topic.Name}` | {topic.Owner} | {topic.Partitions} | {Kind(topic)} |\n");
        }
        page.Append("\n## Events\n\n| event | topic | key |\n|---|---|---|\n");
        foreach (var type in events)
        {
            page.Append(CultureInfo.InvariantCulture, $"| [`{type.Name}`](#{Anchor(type.Name)}) | `{type.Topic.Name}`{(type.Topic.Private ? " (private)" : "")} | {KeyOf(type)} |\n");
        }
        foreach (var type in events)
        {
            Append(page, type, comments);
        }
        return page.ToString().TrimEnd('\n');
    }

    private static void Append(StringBuilder page, EventType type, XmlComments comments)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n### {type.Name}\n\n{comments.Summary(type.ClrType)}\n\n");
        page.Append(CultureInfo.InvariantCulture, $"Topic `{type.Topic.Name}`{(type.Topic.Private ? ", **private**: no other module may read it" : "")}. Key {KeyOf(type)}. ");
        page.Append(CultureInfo.InvariantCulture, $"Record `{type.ClrType.Name}`. [Example](../tests/Contracts.Tests/Golden/{type.Name}.json).\n\n");
        page.Append("| property | type | presence | meaning |\n|---|---|---|---|\n");
        foreach (var property in Shape.Of(type))
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{property.Path}` | {TypeName(property.Property.PropertyType)} | {(property.IsOptional ? "optional" : "required")} | {comments.Meaning(property.Property)} |\n");
        }
    }

    // The key is an expression; which property it is, an example tells: every value in it is different.
    private static string KeyOf(EventType type)
    {
        var example = Examples.Full(type.ClrType);
        var key = ((IIntegrationEvent)example).Key;
        return Shape.Of(type).Where(p => !p.Path.Contains("[]", StringComparison.Ordinal)).FirstOrDefault(p => Follow(example, p.Path)?.ToString() == key) is { } property
            ? $"`{property.Path}`"
            : $"like `{key}`";
    }

    private static object? Follow(object? value, string path)
    {
        foreach (var name in path.Split('.'))
        {
            value = value?.GetType().GetProperties().Single(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase)).GetValue(value);
        }
        return value;
    }

    private static string Kind(Topic topic) => string.Join(", ", new[]
    {
        topic.Private ? "**private**" : "public",
        topic.Compacted ? "compacted: each event carries its key's whole state" : "kept whole",
    });

    private static string TypeName(Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        return type switch
        {
            _ when Examples.DictionaryOf(type) is { } value => $"object of {TypeName(value)}",
            _ when Examples.ItemOf(type) is { } item => $"list of {TypeName(item)}",
            _ when type.IsEnum => string.Join(" \\| ", Enum.GetNames(type)),
            _ when type == typeof(Guid) => "uuid",
            _ when type == typeof(DateTimeOffset) => "date-time",
            _ when type == typeof(DateOnly) => "date",
            _ when type == typeof(TimeSpan) => "duration",
            _ when Examples.IsContract(type) => "object",
            _ => type.Name.ToLowerInvariant(),
        };
    }

    // GitHub's rule for headings: dots go, hyphens stay.
    private static string Anchor(string name) => name.Replace(".", "", StringComparison.Ordinal);
}
