using Mono.Cecil;

namespace Kilo.Architecture.Tests.Model;

/// <summary>
/// Finds which types a generic method is called with, also through async state machines, closures and generic code in between:
/// where <c>T</c> itself is passed on, whoever fills that <c>T</c> is the caller.
/// </summary>
internal sealed class GenericFlow
{
    private sealed record Instantiation(TypeDefinition In, string Element, IReadOnlyList<TypeReference> Arguments);

    private readonly List<Instantiation> _instantiations;

    public GenericFlow(IEnumerable<TypeDefinition> types) => _instantiations = [.. types.SelectMany(InstantiationsIn)];

    /// <summary>The types that reach the first type parameter of <paramref name="method"/> from inside <paramref name="module"/>.</summary>
    public IEnumerable<MessageUse> ArgumentsOf(string method, ModuleDefinition module)
    {
        var sinks = new HashSet<(string Element, int Position)> { (method, 0) };
        var found = new HashSet<MessageUse>();
        for (var before = -1; before != sinks.Count;)
        {
            before = sinks.Count;
            foreach (var (type, element, arguments) in _instantiations)
            {
                for (var position = 0; position < arguments.Count; position++)
                {
                    if (!sinks.Contains((element, position)))
                    {
                        continue;
                    }
                    if (arguments[position] is GenericParameter parameter)
                    {
                        sinks.Add((ElementOf(parameter), parameter.Position));
                    }
                    else if (type.Module == module)
                    {
                        found.Add(new MessageUse(SourceName(type), arguments[position].FullName));
                    }
                }
            }
        }
        return found.OrderBy(u => u.In, StringComparer.Ordinal).ThenBy(u => u.Message, StringComparer.Ordinal);
    }

    /// <summary>The type as its author wrote it: a state machine or closure is named by the type around it.</summary>
    public static string SourceName(TypeDefinition type) =>
        type.Name.Contains('<', StringComparison.Ordinal) && type.DeclaringType is not null ? SourceName(type.DeclaringType) : type.FullName;

    private static IEnumerable<Instantiation> InstantiationsIn(TypeDefinition type)
    {
        var named = new List<TypeReference?> { type.BaseType };
        named.AddRange(type.Fields.Select(f => f.FieldType));
        foreach (var method in type.Methods.Where(m => m.HasBody))
        {
            named.AddRange(method.Body.Variables.Select(v => v.VariableType));
            foreach (var operand in method.Body.Instructions.Select(i => i.Operand))
            {
                if (operand is GenericInstanceMethod generic)
                {
                    yield return new Instantiation(type, ElementOf(generic.ElementMethod), [.. generic.GenericArguments]);
                }
                named.Add(operand as TypeReference ?? (operand as MemberReference)?.DeclaringType);
            }
        }
        foreach (var instance in named.OfType<GenericInstanceType>())
        {
            yield return new Instantiation(type, instance.ElementType.FullName, [.. instance.GenericArguments]);
        }
    }

    private static string ElementOf(GenericParameter parameter) =>
        parameter.DeclaringMethod is { } method ? ElementOf(method) : parameter.DeclaringType.GetElementType().FullName;

    private static string ElementOf(MethodReference method) => $"{method.DeclaringType.GetElementType().FullName}::{method.Name}";
}
