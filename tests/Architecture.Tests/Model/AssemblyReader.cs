using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Kilo.Architecture.Tests.Model;

/// <summary>
/// Reads what only the compiled assemblies know. Metadata is read, nothing is loaded or run. Names are compared instead of
/// resolved definitions, so that an assembly can be read without its framework beside it.
/// </summary>
internal sealed class AssemblyReader : IDisposable
{
    private const string EventInterface = "Kilo.BuildingBlocks.Events.IIntegrationEvent";
    private const string Prefix = "Kilo.";

    private static readonly string[] MutableCollections = ["List`1", "Dictionary`2", "HashSet`1", "IList`1", "IDictionary`2", "ISet`1", "ICollection`1"];

    private readonly Dictionary<string, AssemblyDefinition> _assemblies = [];
    private readonly Dictionary<string, TypeDefinition> _types = [];
    private readonly GenericFlow _flow;

    /// <param name="projects">Names of the projects; the assemblies are beside the tests.</param>
    /// <exception cref="FileNotFoundException">A project was not built, and a rule would pass for want of anything to look at.</exception>
    public AssemblyReader(IEnumerable<string> projects)
    {
        foreach (var project in projects)
        {
            var path = Path.Combine(AppContext.BaseDirectory, $"{Prefix}{project}.dll");
            var assembly = File.Exists(path) ? AssemblyDefinition.ReadAssembly(path) : throw new FileNotFoundException($"{path} is missing: {project} was not built with the tests.");
            _assemblies.Add(project, assembly);
            foreach (var type in assembly.MainModule.GetTypes())
            {
                _types.TryAdd($"{project}:{type.FullName}", type);
            }
        }
        _flow = new GenericFlow(_assemblies.Values.SelectMany(a => a.MainModule.GetTypes()));
    }

    public void Dispose()
    {
        foreach (var assembly in _assemblies.Values)
        {
            assembly.Dispose();
        }
    }

    /// <summary>The project with what its assembly says.</summary>
    public Project AddCompiled(Project project)
    {
        var assembly = _assemblies[project.Name];
        var module = assembly.MainModule;
        var types = module.GetTypes().Where(t => !IsGenerated(t)).ToList();
        var file = $"{Prefix}{project.Name}.dll";
        var references = module.AssemblyReferences.Select(r => r.Name).ToList();
        return project with
        {
            References = [.. project.References, .. references.Where(r => r.StartsWith(Prefix, StringComparison.Ordinal)).Select(r => new Edge(r[Prefix.Length..], file))],
            Packages = [.. project.Packages, .. references.Where(r => !r.StartsWith(Prefix, StringComparison.Ordinal)).Select(r => new Edge(r, file))],
            Types = [.. types.Where(t => t.IsPublic || IsEvent(t)).Select(Describe)],
            Friends = [.. assembly.CustomAttributes.Where(a => a.AttributeType.Name == "InternalsVisibleToAttribute").Select(a => ((string)a.ConstructorArguments[0].Value).Split(',')[0])],
            Appends = [.. _flow.ArgumentsOf("Kilo.BuildingBlocks.Events.EventPublisher::AppendAsync", module)],
            Folds = [.. _flow.ArgumentsOf("Kilo.BuildingBlocks.Pump.Projection::On", module)],
            RawAppends = [.. module.GetTypes().Where(t => t.Methods.Any(CallsLogAppend)).Select(t => GenericFlow.SourceName(t)).Distinct()],
            Requests = [.. types.Where(t => t is { IsAbstract: false, IsInterface: false } && Implements(t, "MediatR.IRequest`1")).Select(t => new NamedType(t.FullName, NamespaceOf(t)))],
            Handlers = [.. types.Where(t => t is { IsAbstract: false, IsInterface: false }).SelectMany(HandlersIn)],
            ForeignTypes = [.. module.GetTypeReferences().Where(t => t.FullName.StartsWith(Prefix, StringComparison.Ordinal)).Select(t => t.FullName).Distinct()],
        };
    }

    /// <summary>The interfaces of BuildingBlocks, and ASP.NET's distributed cache, that an engine implements.</summary>
    public IReadOnlyList<Port> Ports(IEnumerable<Project> projects)
    {
        var implementations =
            from project in projects
            where project.Kind == ProjectKind.Engines
            from type in _assemblies[project.Name].MainModule.GetTypes()
            where !type.IsInterface && !IsGenerated(type)
            from contract in type.Interfaces.Select(i => i.InterfaceType)
            where contract.Scope.Name == "Kilo.BuildingBlocks" || contract.Namespace == "Microsoft.Extensions.Caching.Distributed"
            group type.Name by contract.Name into port
            orderby port.Key
            select new Port(port.Key, [.. port.Distinct()]);
        return [.. implementations];
    }

    private static TypeFacts Describe(TypeDefinition type)
    {
        var isRecord = type.Methods.Any(m => m.Name == "<Clone>$");
        var shape = (type, isRecord) switch
        {
            ({ IsEnum: true }, _) => TypeShape.Enum,
            ({ IsAbstract: true, IsSealed: true }, _) => TypeShape.StaticClass,
            ({ IsSealed: true }, true) => TypeShape.SealedRecord,
            (_, true) => TypeShape.OpenRecord,
            _ => TypeShape.Other,
        };
        return new TypeFacts(type.FullName, type.IsPublic, shape, shape is TypeShape.StaticClass or TypeShape.Enum ? [] : [.. MutableMembers(type)], IsEvent(type) ? new EventFacts(NameLiteral(type)) : null);
    }

    private static IEnumerable<string> MutableMembers(TypeDefinition type)
    {
        foreach (var property in type.Properties.Where(p => p.GetMethod is { IsPublic: true, IsStatic: false }))
        {
            // The compiler marks an init accessor by a required modifier on its return type.
            var settable = property.SetMethod is { IsPublic: true } set && !(set.ReturnType is RequiredModifierType { ModifierType.Name: "IsExternalInit" });
            if (settable || property.PropertyType.IsArray || MutableCollections.Contains(property.PropertyType.Name))
            {
                yield return property.Name;
            }
        }
        foreach (var field in type.Fields.Where(f => f is { IsPublic: true, IsStatic: false, IsInitOnly: false }))
        {
            yield return field.Name;
        }
    }

    private static bool IsEvent(TypeDefinition type) => !type.IsInterface && type.Interfaces.Any(i => i.InterfaceType.FullName == EventInterface);

    private static string? NameLiteral(TypeDefinition type)
    {
        var body = type.Methods.FirstOrDefault(m => m.Name == "get_EventName")?.Body;
        return body?.Instructions.Where(i => i.OpCode != OpCodes.Nop).ToList() is [{ Operand: string name }, { OpCode.Code: Code.Ret }] ? name : null;
    }

    private static bool CallsLogAppend(MethodDefinition method) => method.HasBody && method.Body.Instructions.Any(i =>
        i.Operand is MethodReference { Name: "AppendAsync", DeclaringType.FullName: "Kilo.BuildingBlocks.Log.IEventLog" });

    private IEnumerable<Handler> HandlersIn(TypeDefinition type) =>
        from contract in Inherited(type)
        where contract.Element is "MediatR.IRequestHandler`1" or "MediatR.IRequestHandler`2" or "MediatR.AsyncRequestHandler`1" or "MediatR.RequestHandler`1" or "MediatR.RequestHandler`2"
        group contract by contract.Arguments[0].FullName into request
        select new Handler(type.FullName, NamespaceOf(type), request.Key);

    private bool Implements(TypeDefinition type, string contract) => Inherited(type).Any(t => t.Element == contract);

    /// <summary>Base types and interfaces with what fills their type parameters, as far up as the types are Kilo's own.</summary>
    private IEnumerable<(string Element, IReadOnlyList<TypeReference> Arguments)> Inherited(TypeDefinition type)
    {
        IReadOnlyList<TypeReference> own = [];
        for (var current = type; current is not null;)
        {
            foreach (var contract in current.Interfaces)
            {
                yield return Close(contract.InterfaceType, own);
            }
            if (current.BaseType is not { } parent)
            {
                yield break;
            }
            var closed = Close(parent, own);
            yield return closed;
            var scope = parent.Scope is AssemblyNameReference { Name: var name } ? name : current.Module.Assembly.Name.Name;
            own = closed.Arguments;
            current = scope.StartsWith(Prefix, StringComparison.Ordinal) ? _types.GetValueOrDefault($"{scope[Prefix.Length..]}:{closed.Element}") : null;
        }
    }

    private static (string Element, IReadOnlyList<TypeReference> Arguments) Close(TypeReference type, IReadOnlyList<TypeReference> own) =>
        (type.GetElementType().FullName, type is GenericInstanceType generic ? [.. generic.GenericArguments.Select(a => a is GenericParameter p && p.Position < own.Count ? own[p.Position] : a)] : []);

    private static string NamespaceOf(TypeDefinition type) => type.DeclaringType is null ? type.Namespace : NamespaceOf(type.DeclaringType);

    private static bool IsGenerated(TypeDefinition type) => type.Name.Contains('<', StringComparison.Ordinal) || (type.DeclaringType is not null && IsGenerated(type.DeclaringType));
}
