using Kilo.Testing.Http;

namespace Kilo.SystemTests.Kit;

/// <summary>Somebody who uploads one thing after the other: new documents, and versions of documents that others version too.</summary>
/// <param name="name">Part of every key: no two uploaders have the same.</param>
/// <param name="seed">Gives the sizes, the bytes and the order.</param>
/// <param name="ledger">Where it is written down.</param>
/// <param name="shared">The documents that get versions; may be empty.</param>
internal sealed class Uploader(string name, int seed, Ledger ledger, IReadOnlyList<Guid> shared)
{
    private readonly Random _random = new(seed);
    private int _sent;

    /// <summary>The next one.</summary>
    /// <param name="large">Per mille of 2 MB.</param>
    public Upload Next(int large = 0)
    {
        var isVersion = shared.Count > 0 && _random.Next(2) == 0;
        var size = _random.Next(1000) < large ? 2_000_000 : _random.Next(4) switch
        {
            0 => _random.Next(1, 64),
            1 => _random.Next(1, 300_000),
            _ => _random.Next(1, 8_000),
        };
        // A version of a few bytes might equal the newest by chance, and be none.
        return new Upload($"{name}-{_sent++}", Bytes.Random(_random, isVersion ? Math.Max(16, size) : size), isVersion ? shared[_random.Next(shared.Count)] : null);
    }

    /// <summary>True in so many of a hundred cases.</summary>
    public bool Happens(int percent) => _random.Next(100) < percent;

    /// <summary>Uploads so many, each until it is acknowledged.</summary>
    public async Task SendAsync(KiloClient client, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await ledger.SendAsync(client, Next());
        }
    }

    /// <summary>The documents that several uploaders version.</summary>
    public static async Task<Guid[]> ShareAsync(KiloClient client, Ledger ledger, int count)
    {
        foreach (var i in Enumerable.Range(0, count))
        {
            await ledger.SendAsync(client, new Upload($"shared-{i}", Bytes.Of($"shared {i}")));
        }
        return [.. (await client.ListAsync("/api/documents?limit=500")).Where(d => d["title"]!.GetValue<string>().StartsWith("shared-", StringComparison.Ordinal)).Select(d => d["id"]!.GetValue<Guid>())];
    }
}
