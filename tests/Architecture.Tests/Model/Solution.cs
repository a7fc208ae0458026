namespace Kilo.Architecture.Tests.Model;

/// <summary>
/// What the rules and the drawing know of Kilo. Discovered by <see cref="SolutionReader"/>, or written by hand as a bad graph.
/// One discovered model for both is spring-modulith's idea.
/// </summary>
internal sealed record Solution(IReadOnlyList<Project> Projects)
{
    public IReadOnlyList<Port> Ports { get; init; } = [];

    /// <summary>The classes of tests/Engines.Tests.</summary>
    public IReadOnlyList<TestClass> EngineTests { get; init; } = [];

    /// <summary>The folders under src/Modules.</summary>
    public IReadOnlyList<string> ModuleFolders { get; init; } = [];

    /// <summary>The text of src/Host/Modules.cs; empty when there is none.</summary>
    public string HostModules { get; init; } = "";

    /// <summary>The text of README.md; empty when there is none.</summary>
    public string Readme { get; init; } = "";

    /// <summary>The names of the files in tests/Contracts.Tests/Golden, without extension.</summary>
    public IReadOnlySet<string> GoldenFiles { get; init; } = new HashSet<string>();

    public IEnumerable<Project> Of(params IReadOnlyList<ProjectKind> kinds) => Projects.Where(p => kinds.Contains(p.Kind));

    public Project? Find(string name) => Projects.FirstOrDefault(p => p.Name == name);

    /// <summary>Every event with the project that declares it.</summary>
    public IEnumerable<(Project Project, TypeFacts Type, EventFacts Event)> Events =>
        from project in Projects
        from type in project.Types
        where type.Event is not null
        select (project, type, type.Event);
}

/// <summary>What a project is, told by its folder.</summary>
internal enum ProjectKind
{
    BuildingBlocks,
    Engines,
    Contracts,
    Module,
    Host,
    Unplaced,
}

/// <summary>One project under src.</summary>
/// <param name="Name">The project file's name without extension.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Module">The module that it is part of, <c>Documents</c>; null outside src/Modules.</param>
/// <param name="Folder">Relative to the repository, with <c>/</c>.</param>
internal sealed record Project(string Name, ProjectKind Kind, string? Module, string Folder)
{
    /// <summary>Other projects of the solution, as the csproj and the compiled assembly name them.</summary>
    public IReadOnlyList<Edge> References { get; init; } = [];

    /// <summary>Packages of the csproj under every condition, and foreign assemblies that the compiled one uses.</summary>
    public IReadOnlyList<Edge> Packages { get; init; } = [];

    public IReadOnlyList<SourceFile> Sources { get; init; } = [];

    /// <summary>The public types, and every event whether public or not.</summary>
    public IReadOnlyList<TypeFacts> Types { get; init; } = [];

    /// <summary>Assemblies that see the internals.</summary>
    public IReadOnlyList<string> Friends { get; init; } = [];

    /// <summary>Events that go into <c>EventPublisher.AppendAsync</c>, and where.</summary>
    public IReadOnlyList<MessageUse> Appends { get; init; } = [];

    /// <summary>Events that a projection folds, and where.</summary>
    public IReadOnlyList<MessageUse> Folds { get; init; } = [];

    /// <summary>Types that append to <c>IEventLog</c> itself.</summary>
    public IReadOnlyList<string> RawAppends { get; init; } = [];

    /// <summary>Commands and queries.</summary>
    public IReadOnlyList<NamedType> Requests { get; init; } = [];

    public IReadOnlyList<Handler> Handlers { get; init; } = [];

    /// <summary>Types of other projects that the compiled assembly names.</summary>
    public IReadOnlyList<string> ForeignTypes { get; init; } = [];

    public override string ToString() => Name;
}

/// <summary>Something that a project depends on, and where that is written.</summary>
internal sealed record Edge(string To, string Via);

/// <summary>A source file; <paramref name="Namespace"/> is null where none is declared.</summary>
internal sealed record SourceFile(string Path, string? Namespace, string Expected, bool DeclaresTypes)
{
    /// <summary>True: it names types of EF Core.</summary>
    public bool UsesEfCore { get; init; }
}

/// <summary>A type that others can see, or an event.</summary>
internal sealed record TypeFacts(string FullName, bool IsPublic, TypeShape Shape, IReadOnlyList<string> MutableMembers, EventFacts? Event = null);

/// <summary>What kind of type it is.</summary>
internal enum TypeShape
{
    SealedRecord,
    OpenRecord,
    StaticClass,
    Enum,
    Other,
}

/// <summary>An event; <paramref name="Name"/> is null when <c>EventName</c> does not return a literal.</summary>
internal sealed record EventFacts(string? Name);

/// <summary>A message type used inside a type.</summary>
internal sealed record MessageUse(string In, string Message);

/// <summary>A type with its namespace.</summary>
internal sealed record NamedType(string FullName, string Namespace);

/// <summary>A request handler.</summary>
internal sealed record Handler(string FullName, string Namespace, string Request);

/// <summary>An interface between the modules and an engine, and the types that implement it.</summary>
internal sealed record Port(string Name, IReadOnlyList<string> Implementations);

/// <summary>A class in a test project, as its source declares it.</summary>
internal sealed record TestClass(string Name, bool IsAbstract, string? Base);
