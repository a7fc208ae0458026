using Kilo.Architecture.Tests.Model;

namespace Kilo.Architecture.Tests.Rules;

/// <summary>Who says what, and who answers. STYLE's rule 5.</summary>
internal static class MessageRules
{
    public static Rule ModulesAppendTheirOwnEvents { get; } = new(
        "A module appends only its own events.",
        s => s.Of(ProjectKind.Module).SelectMany(p => p.Appends).Select(a => $"{a.In} appends {a.Message}"),
        s =>
        {
            var owners = s.Events.ToLookup(e => e.Type.FullName, e => e.Project.Module);
            return from project in s.Of(ProjectKind.Module)
                   from append in project.Appends
                   where !owners[append.Message].Contains(project.Module)
                   select new Violation(project.Name, append.Message, append.In);
        });

    public static Rule ModulesAppendThroughThePublisher { get; } = new(
        "A module appends through EventPublisher, never to the log itself.",
        s => s.Of(ProjectKind.Module).Where(p => p.Appends.Count > 0).Select(p => p.Name),
        s => from project in s.Of(ProjectKind.Module)
             from type in project.RawAppends
             select new Violation(project.Name, "IEventLog.AppendAsync", type));

    public static Rule RequestsHaveOneHandlerBesideThem { get; } = new(
        "Every request has exactly one handler, in its own namespace.",
        s => s.Projects.SelectMany(p => p.Requests).Select(r => r.FullName),
        s => s.Projects.SelectMany(p => p.Requests).SelectMany(request =>
        {
            var handlers = s.Projects.SelectMany(p => p.Handlers).Where(h => h.Request == request.FullName).ToList();
            return handlers switch
            {
                [] => [new Violation(request.FullName, "IRequestHandler", "no class: nobody answers it")],
                [var one] when one.Namespace != request.Namespace => [new Violation(request.FullName, one.FullName, "another namespace")],
                [_] => Enumerable.Empty<Violation>(),
                _ => handlers.Skip(1).Select(h => new Violation(request.FullName, h.FullName, $"a second handler beside {handlers[0].FullName}")),
            };
        }));

    public static Rule RequestsStayInTheirModule { get; } = new(
        "No command or query crosses modules: modules talk through events.",
        s => s.Of(ProjectKind.Module).SelectMany(p => p.Requests).Select(r => r.FullName),
        s => RequestsOutsideModules(s).Concat(RequestsUsedElsewhere(s)));

    private static IEnumerable<Violation> RequestsOutsideModules(Solution solution) =>
        from project in solution.Projects
        where project.Kind != ProjectKind.Module
        from request in project.Requests
        select new Violation(project.Name, request.FullName, "a request declared outside a module's implementation");

    private static IEnumerable<Violation> RequestsUsedElsewhere(Solution solution) =>
        from owner in solution.Projects
        from request in owner.Requests
        from project in solution.Projects
        where project != owner && project.ForeignTypes.Contains(request.FullName)
        select new Violation(project.Name, request.FullName, $"Kilo.{project.Name}.dll");
}
