namespace Kilo.Architecture.Tests.Rules;

/// <summary>Every rule there is. A rule that is missing from a holder's properties cannot be missed here.</summary>
internal static class All
{
    public static IReadOnlyDictionary<string, Rule> Rules { get; } =
        new[] { typeof(ReferenceRules), typeof(ContractRules), typeof(MessageRules), typeof(PlacementRules) }
            .SelectMany(holder => holder.GetProperties().OrderBy(property => property.MetadataToken))
            .Where(property => property.PropertyType == typeof(Rule))
            .ToDictionary(property => property.Name, property => (Rule)property.GetValue(null)!);
}
