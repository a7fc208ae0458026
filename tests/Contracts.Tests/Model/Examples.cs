using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Kilo.BuildingBlocks.Events;

namespace Kilo.Contracts.Tests.Model;

/// <summary>
/// Builds an example of any contract from its constructor. The same contract gives the same example on every machine;
/// every property has a value that differs from its default, so that nothing is left out of the JSON.
/// </summary>
internal static class Examples
{
    private static readonly NullabilityInfoContext Nullability = new();
    private static readonly Lock NullabilityLock = new();

    /// <summary>Everything filled.</summary>
    public static object Full(Type contract) => Build(contract, contract.Name, Value);

    /// <summary>As little as the contract allows: null where null may be, else the type's default.</summary>
    public static object Bare(Type contract) => Build(contract, contract.Name, BareValue);

    private static object Build(Type contract, string path, Func<Slot, object?> value)
    {
        var constructor = contract.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault()
            ?? throw new NotSupportedException($"{contract} ({path}) has no public constructor: a contract is a record.");
        var parameters = constructor.GetParameters();
        var built = constructor.Invoke([.. parameters.Select((p, i) => value(new Slot(p.ParameterType, $"{path}.{p.Name}", p.Name!, i + 1, MayBeNull(p))))]);
        var settable = contract.GetProperties().Where(p => p.CanWrite && p.GetIndexParameters().Length == 0 && !parameters.Any(a => string.Equals(a.Name, p.Name, StringComparison.OrdinalIgnoreCase)));
        foreach (var (property, index) in settable.Select((p, i) => (p, i)))
        {
            property.SetValue(built, value(new Slot(property.PropertyType, $"{path}.{property.Name}", property.Name, parameters.Length + index + 1, MayBeNull(property))));
        }
        return built;
    }

    private sealed record Slot(Type Type, string Path, string Name, int Place, bool MayBeNull);

    private static object? Value(Slot slot)
    {
        var type = Nullable.GetUnderlyingType(slot.Type) ?? slot.Type;
        return type switch
        {
            _ when type == typeof(string) => Text(slot.Name, slot.Path),
            _ when type == typeof(Guid) => Ids.From("example", slot.Path),
            _ when type == typeof(bool) => true,
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 1, slot.Place, 9, 30, 15, 250, TimeSpan.Zero),
            _ when type == typeof(DateOnly) => new DateOnly(2026, 1, slot.Place),
            _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(slot.Place),
            _ when type == typeof(Uri) => new Uri($"https://kilo.example/{slot.Name}"),
            _ when type.IsEnum => Enum.GetValues(type).Cast<object>().Last(),
            _ when type.IsPrimitive || type == typeof(decimal) => Convert.ChangeType(slot.Place, type, null),
            _ when DictionaryOf(type) is { } of => Dictionary(of, slot),
            _ when ItemOf(type) is { } item => Items(item, 2, slot),
            _ when IsContract(type) => Build(type, slot.Path, Value),
            _ => throw Unknown(slot),
        };
    }

    private static object? BareValue(Slot slot) => slot switch
    {
        { MayBeNull: true } => null,
        { Type: var type } when type == typeof(string) => "",
        { Type: var type } when DictionaryOf(type) is { } of => Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), of)),
        { Type: var type } when ItemOf(type) is { } item => Items(item, 0, slot),
        { Type.IsValueType: true } => Activator.CreateInstance(slot.Type),
        { Type: var type } when IsContract(type) => Build(type, slot.Path, BareValue),
        _ => throw Unknown(slot),
    };

    private static string Text(string name, string path) => name switch
    {
        _ when name.Contains("Sha256", StringComparison.OrdinalIgnoreCase) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path))),
        _ when name.Contains("Email", StringComparison.OrdinalIgnoreCase) => "ada@kilo.example",
        _ when name.Equals("MediaType", StringComparison.OrdinalIgnoreCase) => "text/plain",
        // Beyond ASCII, with a quote and a slash: names come from people.
        _ when name.EndsWith("Name", StringComparison.OrdinalIgnoreCase) => "Zoë's \"first\"",
        _ when name.Equals("Folder", StringComparison.OrdinalIgnoreCase) => "plans/2026",
        _ => $"some {string.Concat(name.Select(c => char.IsLower(c) ? c.ToString() : $" {char.ToLowerInvariant(c)}")).Trim()}",
    };

    private static Array Items(Type item, int count, Slot slot)
    {
        var items = Array.CreateInstance(item, count);
        for (var i = 0; i < count; i++)
        {
            items.SetValue(Value(slot with { Type = item, Path = $"{slot.Path}[{i}]", Name = $"{slot.Name.TrimEnd('s')}{i + 1}", Place = slot.Place + i }), i);
        }
        return items;
    }

    private static object Dictionary(Type of, Slot slot)
    {
        var dictionary = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), of))!;
        dictionary.Add("key", Value(slot with { Type = of, Path = $"{slot.Path}.key", Name = "value" }));
        return dictionary;
    }

    /// <summary>What a JSON array holds; null for any other type.</summary>
    public static Type? ItemOf(Type type) =>
        type.IsArray ? type.GetElementType()
        : type != typeof(string) && type.IsGenericType && typeof(System.Collections.IEnumerable).IsAssignableFrom(type) && type.GetGenericArguments() is [var item]
          && type.IsAssignableFrom(item.MakeArrayType()) ? item
        : null;

    /// <summary>The values of a JSON object with free keys; null for any other type.</summary>
    public static Type? DictionaryOf(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [var key, var value] && key == typeof(string)
        && type.IsAssignableFrom(typeof(Dictionary<,>).MakeGenericType(key, value)) ? value : null;

    /// <summary>True for Kilo's own records, whose properties are part of the contract.</summary>
    public static bool IsContract(Type type) => type is { IsClass: true, IsAbstract: false } && type.FullName!.StartsWith("Kilo.", StringComparison.Ordinal);

    /// <summary>True when the source says <c>?</c>.</summary>
    public static bool MayBeNull(ParameterInfo parameter)
    {
        // NullabilityInfoContext is not thread-safe, and test classes run side by side.
        lock (NullabilityLock)
        {
            return Nullability.Create(parameter).ReadState == NullabilityState.Nullable;
        }
    }

    /// <inheritdoc cref="MayBeNull(ParameterInfo)" />
    public static bool MayBeNull(PropertyInfo property)
    {
        lock (NullabilityLock)
        {
            return Nullability.Create(property).ReadState == NullabilityState.Nullable;
        }
    }

    private static NotSupportedException Unknown(Slot slot) => new($"There is no example of {slot.Type} for {slot.Path} yet: teach tests/Contracts.Tests/Model/Examples.cs one.");
}
