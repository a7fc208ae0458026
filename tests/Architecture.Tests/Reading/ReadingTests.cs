using Kilo.Architecture.Tests.Model;

namespace Kilo.Architecture.Tests.Reading;

/// <summary>The model is only worth as much as its discovery: what the compiler hides must be found.</summary>
public sealed class ReadingTests : IDisposable
{
    private const string Here = "Kilo.Architecture.Tests.Reading.";
    private readonly AssemblyReader _reader = new(["BuildingBlocks", "Architecture.Tests"]);
    private readonly Project _read;

    public ReadingTests() => _read = _reader.AddCompiled(new Project("Architecture.Tests", ProjectKind.Module, "Fixture", "tests"));

    public void Dispose() => _reader.Dispose();

    [Fact]
    public void An_append_is_found_inside_an_async_method() => _read.Appends.ShouldContain(new MessageUse(Here + nameof(Appender), Here + nameof(Direct)));

    [Fact]
    public void An_append_is_found_inside_an_async_closure() => _read.Appends.ShouldContain(new MessageUse(Here + nameof(Appender), Here + nameof(InClosure)));

    [Fact]
    public void An_append_is_found_behind_generic_code_and_belongs_to_whoever_names_the_event()
    {
        _read.Appends.ShouldContain(new MessageUse(Here + nameof(Indirect), Here + nameof(Loose)));
        _read.Appends.ShouldNotContain(a => a.In == Here + nameof(PassingOn));
    }

    [Fact]
    public void A_literal_event_name_is_read_and_a_computed_one_is_not()
    {
        Event(nameof(Direct)).Event!.Name.ShouldBe("fixture.direct.v1");
        Event(nameof(Loose)).Event!.Name.ShouldBeNull();
    }

    [Fact]
    public void A_setter_and_a_mutable_collection_are_members_that_can_change_and_an_init_accessor_is_not()
    {
        Event(nameof(Loose)).MutableMembers.ShouldBe(["Tags", "Count"], ignoreOrder: true);
        Event(nameof(Direct)).MutableMembers.ShouldBeEmpty();
    }

    [Fact]
    public void A_sealed_record_is_told_from_an_open_one()
    {
        Event(nameof(Direct)).Shape.ShouldBe(TypeShape.SealedRecord);
        Event(nameof(Loose)).Shape.ShouldBe(TypeShape.OpenRecord);
    }

    // The generic parent is the case that plain metadata hides: the closed request is named by nobody.
    [Fact]
    public void A_request_is_found_behind_its_marker_interface() => _read.Requests.ShouldContain(new NamedType(Here + nameof(Ask), "Kilo.Architecture.Tests.Reading"));

    [Fact]
    public void A_handler_is_found_behind_its_generic_parent() =>
        _read.Handlers.ShouldContain(new Handler(Here + nameof(AskHandler), "Kilo.Architecture.Tests.Reading", Here + nameof(Ask)));

    [Fact]
    public void The_engines_are_found_behind_the_ports_of_the_design() =>
        Rules.PlacementRules.PortNames(SolutionReader.Kilo).ShouldBe(["IEventLog", "IViewStore", "IRelations", "IContentStore", "IDistributedCache"], ignoreOrder: true);

    [Theory]
    [InlineData("public abstract class EventLogContract : IAsyncLifetime", "EventLogContract", true, "IAsyncLifetime")]
    [InlineData("public sealed class SqliteLogTests(Servers servers, string at = \"\") : EventLogContract(servers)", "SqliteLogTests", false, "EventLogContract")]
    [InlineData("    internal sealed class Cache<T>\n        : DistributedCacheContract", "Cache", false, "DistributedCacheContract")]
    [InlineData("public class Alone", "Alone", false, null)]
    public void A_test_class_is_read_from_its_source(string source, string name, bool isAbstract, string? parent) =>
        SolutionReader.TestClasses(source + "\n{\n}").ShouldBe([new TestClass(name, isAbstract, parent)]);

    [Theory]
    [InlineData("src/Modules/Pears/Pears.Contracts", "Pears.Contracts", "Contracts")]
    [InlineData("src/Modules/Pears/Pears", "Pears", "Module")]
    [InlineData("src/Modules/Pears/Pears.Shared", "Pears.Shared", "Unplaced")]
    [InlineData("src/Common", "Common", "Unplaced")]
    [InlineData("src/BuildingBlocks/Engines.Iron", "Engines.Iron", "Engines")]
    public void A_project_is_what_its_folder_says(string folder, string name, string kind) => SolutionReader.Place(folder, name).Kind.ToString().ShouldBe(kind);

    private TypeFacts Event(string name) => _read.Types.Single(t => t.FullName == Here + name);
}
