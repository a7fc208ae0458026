using System.Text.Json;
using System.Text.Json.Nodes;
using Kilo.Architecture.Tests.Docs;
using Kilo.BuildingBlocks.Events;
using Kilo.Contracts.Tests.Model;

namespace Kilo.Contracts.Tests;

/// <summary>
/// What was once written to a log is read for ever. Each published event has a golden file, and today's code must write it and read it.
/// </summary>
public sealed class GoldenTests
{
    public static TheoryData<string> EventNames => [.. Published.Events.Select(e => e.Name)];

    [Theory]
    [MemberData(nameof(EventNames))]
    [Trait("kilo", "docs")]
    public void An_event_has_a_golden_file(string name)
    {
        var type = Published.Event(name);
        if (GeneratedDocument.Writing)
        {
            Golden.WriteWhenMissing(type, Golden.Folder);
        }
        Golden.Read(type).ShouldNotBeEmpty();
    }

    [Fact]
    public void A_golden_file_has_an_event() => Golden.Names.Except(Published.Events.Select(e => e.Name)).ShouldBeEmpty(
        "An event left the catalogue, but logs still carry it: keep the record and add an upcaster to its successor.");

    [Theory]
    [MemberData(nameof(EventNames))]
    public void The_example_is_written_exactly_as_the_golden_file_says(string name)
    {
        var type = Published.Event(name);
        Golden.Write(type, Examples.Full(type.ClrType)).ShouldBe(ReadOrWrite(name), $"""
            The contract of {name} is not what it was when its golden file was written.
            It grew by an optional property: add the property to the file by hand, in the same commit.
            Anything else: leave it as it was, publish a new version beside it, and add an upcaster.
            """);
    }

    [Theory]
    [MemberData(nameof(EventNames))]
    public void A_golden_body_survives_reading_and_writing(string name)
    {
        var (type, golden) = (Published.Event(name), ReadOrWrite(name));
        Golden.Write(type, Golden.Parse(type, golden)).ShouldBe(golden);
    }

    [Theory]
    [MemberData(nameof(EventNames))]
    public void A_golden_body_is_readable_through_its_modules_catalogue(string name)
    {
        var type = Published.Event(name);
        Should.NotThrow(() => Published.CatalogueOf(type).Read(Golden.Envelope(name, ReadOrWrite(name))), $"{name} as it is on logs out there.");
    }

    [Theory]
    [MemberData(nameof(EventNames))]
    public void A_body_with_a_property_that_this_build_does_not_know_is_readable(string name)
    {
        var (type, golden) = (Published.Event(name), ReadOrWrite(name));
        var newer = JsonNode.Parse(golden)!;
        Shape.Visit(newer, type.ClrType, (self, _) => self["addedByALaterBuild"] = new JsonObject { ["list"] = new JsonArray(1, "two") });
        newer.ToJsonString().ShouldContain("addedByALaterBuild");
        Golden.Write(type, Golden.Parse(type, newer.ToJsonString())).ShouldBe(golden);
    }

    [Theory]
    [MemberData(nameof(EventNames))]
    public void A_body_with_only_the_required_properties_is_readable(string name)
    {
        var (type, older) = (Published.Event(name), JsonNode.Parse(ReadOrWrite(name))!);
        Shape.Visit(older, type.ClrType, (self, properties) =>
        {
            foreach (var property in properties.Where(p => p.IsOptional))
            {
                self.Remove(property.Path);
            }
        });
        var expected = Golden.Indent(older.ToJsonString());
        // Defaults that are no default of their type come back; what was there must be there still, and as it was.
        Contains(JsonNode.Parse(Golden.Write(type, Golden.Parse(type, expected)))!, JsonNode.Parse(expected)!).ShouldBeTrue(expected);
    }

    [Theory]
    [MemberData(nameof(EventNames))]
    public void A_body_that_lacks_a_required_property_is_refused(string name)
    {
        var (type, accepted) = (Published.Event(name), new List<string>());
        foreach (var property in Shape.Of(type).Where(p => !p.IsOptional && !p.Path.Contains("[]", StringComparison.Ordinal)))
        {
            var broken = JsonNode.Parse(ReadOrWrite(name))!;
            var path = property.Path.Split('.');
            var parent = path[..^1].Aggregate(broken, (node, step) => node[step]!);
            parent.AsObject().Remove(path[^1]);
            try
            {
                Published.CatalogueOf(type).Read(Golden.Envelope(name, broken.ToJsonString()));
                accepted.Add($"{name} → {property.Path} via a body without it, which was read");
            }
            catch (UnreadableEventException)
            {
                // The pump parks it with this reason.
            }
        }
        accepted.ShouldBeEmpty("A projection would fold an empty id or a null. RespectRequiredConstructorParameters = true refuses it (and then nothing required may be left out when writing).");
    }

    [Theory]
    [MemberData(nameof(EventNames))]
    public void An_event_of_nothing_but_nulls_and_defaults_survives_writing_and_reading(string name)
    {
        var type = Published.Event(name);
        var written = Golden.Write(type, Examples.Bare(type.ClrType));
        var read = Should.NotThrow(() => Golden.Parse(type, written), $"What this build writes as {name}, it cannot read: {written}A property that may be left out when writing needs a default in the record.");
        Golden.Write(type, read).ShouldBe(written);
    }

    [Fact]
    public void Writing_adds_a_missing_golden_file_and_never_touches_one_that_is_there()
    {
        var folder = Directory.CreateTempSubdirectory("kilo-golden-");
        try
        {
            var (kept, missing) = (Published.Events[0], Published.Events[^1]);
            File.WriteAllText(Path.Combine(folder.FullName, kept.Name + ".json"), "{ \"as\": \"published\" }");
            Golden.WriteWhenMissing(kept, folder.FullName);
            Golden.WriteWhenMissing(missing, folder.FullName);
            File.ReadAllText(Path.Combine(folder.FullName, kept.Name + ".json")).ShouldBe("{ \"as\": \"published\" }");
            JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.FullName, missing.Name + ".json"))).RootElement.ValueKind.ShouldBe(JsonValueKind.Object);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string ReadOrWrite(string name)
    {
        if (GeneratedDocument.Writing)
        {
            Golden.WriteWhenMissing(Published.Event(name), Golden.Folder);
        }
        return Golden.Read(Published.Event(name));
    }

    private static bool Contains(JsonNode? whole, JsonNode? part) => (whole, part) switch
    {
        (JsonObject all, JsonObject some) => some.All(p => all.ContainsKey(p.Key) && Contains(all[p.Key], p.Value)),
        (JsonArray all, JsonArray some) => all.Count == some.Count && all.Zip(some).All(pair => Contains(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(whole, part),
    };
}
