using Kilo.Host.Transfer;

namespace Kilo.Host.Commands;

/// <summary>A content that is not what the facts say, and the versions that have it.</summary>
internal sealed record FaultReport(string Sha256, string What, IReadOnlyList<Place> Versions)
{
    public override string ToString() => $"{Sha256}: {What}; {string.Join(", ", Versions)}";

    /// <summary>Looks up which versions are concerned.</summary>
    /// <returns>Without those whose documents were all purged in this log.</returns>
    public static async Task<IReadOnlyList<FaultReport>> OfAsync(IReadOnlyCollection<Fault> faults, Claims claims, CancellationToken cancel)
    {
        if (faults.Count == 0)
        {
            return [];
        }
        var places = await claims.PlacesAsync(faults.Select(f => f.Sha256).ToHashSet(), cancel);
        return [.. faults.Where(f => places.Contains(f.Sha256)).Select(f => new FaultReport(f.Sha256, f.What, [.. places[f.Sha256]])).OrderBy(f => f.Sha256, StringComparer.Ordinal)];
    }
}
