using System.Reflection;
using System.Text.Json.Nodes;
using Kilo.BuildingBlocks.Events;

namespace Kilo.Contracts.Tests.Model;

/// <summary>One property of a contract, as it is named in JSON.</summary>
/// <param name="Path"><c>user.email</c>; items of an array are <c>[]</c>.</param>
/// <param name="Parameter">The constructor parameter that receives it; null for a property set afterwards.</param>
/// <param name="Property">The record's property.</param>
internal sealed record ContractProperty(string Path, ParameterInfo? Parameter, PropertyInfo Property)
{
    /// <summary>True when a body without it is still the event.</summary>
    public bool IsOptional => Parameter?.HasDefaultValue ?? !Property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute));

    public bool MayBeNull => Parameter is null ? Examples.MayBeNull(Property) : Examples.MayBeNull(Parameter);
}

/// <summary>Walks a contract's properties, nested records included.</summary>
internal static class Shape
{
    public static IEnumerable<ContractProperty> Of(EventType type) => Of(type.ClrType, "");

    /// <summary>Visits every JSON object that a contract (not a dictionary) stands behind.</summary>
    public static void Visit(JsonNode? node, Type type, Action<JsonObject, IReadOnlyList<ContractProperty>> visit)
    {
        if (node is JsonArray array && Examples.ItemOf(type) is { } item)
        {
            array.ToList().ForEach(child => Visit(child, item, visit));
        }
        else if (node is JsonObject values && Examples.DictionaryOf(type) is { } value)
        {
            values.Select(p => p.Value).ToList().ForEach(child => Visit(child, value, visit));
        }
        else if (node is JsonObject self && Examples.IsContract(type))
        {
            var own = Own(type, "").ToList();
            own.ForEach(p => Visit(self[p.Path], p.Property.PropertyType, visit));
            visit(self, own);
        }
    }

    private static IEnumerable<ContractProperty> Of(Type type, string prefix)
    {
        foreach (var property in Own(type, prefix))
        {
            yield return property;
            var (inner, path) = (property.Property.PropertyType, property.Path);
            for (Type? item; (item = Examples.ItemOf(inner) ?? Examples.DictionaryOf(inner)) is not null; inner = item)
            {
                path += "[]";
            }
            if (Examples.IsContract(inner))
            {
                foreach (var nested in Of(inner, path + "."))
                {
                    yield return nested;
                }
            }
        }
    }

    private static IEnumerable<ContractProperty> Own(Type type, string prefix)
    {
        var parameters = type.GetConstructors().MaxBy(c => c.GetParameters().Length)?.GetParameters() ?? [];
        return
            from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            where property.CanWrite
            let parameter = parameters.FirstOrDefault(p => string.Equals(p.Name, property.Name, StringComparison.OrdinalIgnoreCase))
            select new ContractProperty(prefix + System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(property.Name), parameter, property);
    }
}
