using System.Text.RegularExpressions;
using Kilo.Architecture.Tests.Model;

namespace Kilo.Architecture.Tests.Rules;

/// <summary>What a module shows to others. STYLE's rule 4.</summary>
internal static class ContractRules
{
    public static Rule OnlyTheModuleIsPublic { get; } = new(
        "The only public type of a module is its XModule.",
        s => s.Of(ProjectKind.Module).Select(p => p.Name),
        s => s.Of(ProjectKind.Module).SelectMany(project =>
        {
            var expected = $"Kilo.{project.Module}.{project.Module}Module";
            var publics = project.Types.Where(t => t.IsPublic).Select(t => t.FullName).ToList();
            var strangers = publics.Where(t => t != expected).Select(t => new Violation(project.Name, t, "a public type"));
            return publics.Contains(expected) ? strangers : strangers.Append(new Violation(project.Name, expected, "no public type of that name"));
        }));

    public static Rule ContractsAreSealedImmutableRecords { get; } = new(
        "Contracts are sealed immutable records, and so is every event.",
        s => s.Of(ProjectKind.Contracts).SelectMany(p => p.Types).Where(t => t.Event is not null).Select(t => t.FullName),
        s => from project in s.Of(ProjectKind.Contracts, ProjectKind.Module)
             from type in project.Types
             where project.Kind == ProjectKind.Contracts || type.Event is not null
             from violation in ShapeOf(project, type)
             select violation);

    public static Rule EventNamesAreLiterals { get; } = new(
        "An event's name is a literal and reads {module}.{what-happened}.v{N}.",
        s => s.Events.Select(e => e.Type.FullName),
        s => from found in s.Events
             let module = found.Project.Module?.ToLowerInvariant() ?? "(no module)"
             let name = found.Event.Name
             where name is null || !Regex.IsMatch(name, $@"^{Regex.Escape(module)}\.[a-z-]+\.v\d+$")
             select new Violation(found.Type.FullName, name ?? "a computed name", $"EventName, which must be a literal like {module}.something-happened.v1"));

    public static Rule EventNamesAreUnique { get; } = new(
        "No two events share a name.",
        s => s.Events.Select(e => e.Event.Name).OfType<string>(),
        s => from found in s.Events
             where found.Event.Name is not null
             group found.Type.FullName by found.Event.Name into same
             from second in same.Order(StringComparer.Ordinal).Skip(1)
             select new Violation(second, same.Key, $"{same.Min(StringComparer.Ordinal)}, which has the name already"));

    public static Rule EventsHaveGoldenFiles { get; } = new(
        "Every event has a golden file.",
        s => s.Events.Select(e => e.Event.Name).OfType<string>(),
        s => from found in s.Events
             where found.Event.Name is not null && !s.GoldenFiles.Contains(found.Event.Name)
             select new Violation(found.Type.FullName, $"{found.Event.Name}.json", "tests/Contracts.Tests/Golden, where it is missing: ./kilo docs writes it"));

    private static IEnumerable<Violation> ShapeOf(Project project, TypeFacts type)
    {
        if (type.Shape is TypeShape.OpenRecord or TypeShape.Other)
        {
            yield return new Violation(project.Name, type.FullName, type.Shape == TypeShape.OpenRecord ? "a record that is not sealed" : "a type that is no record");
        }
        foreach (var member in type.MutableMembers)
        {
            yield return new Violation(project.Name, $"{type.FullName}.{member}", "a member that can change");
        }
    }
}
