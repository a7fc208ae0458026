using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kilo.BuildingBlocks.Http;
using Microsoft.Extensions.Caching.Distributed;

namespace Kilo.Documents.Archives;

/// <summary>What an archive will have: these documents, or those of a folder and the folders below it.</summary>
/// <param name="Owner">Who may fetch it.</param>
/// <param name="ExpiresAt">Until when.</param>
/// <param name="Documents">These.</param>
/// <param name="Library">Or those of this library.</param>
/// <param name="Folder">In this folder; empty for all.</param>
internal sealed record ArchiveTicket(Guid Owner, DateTimeOffset ExpiresAt, IReadOnlyList<Guid>? Documents, string? Library, string? Folder);

/// <summary>Tickets, for the ten minutes between asking for an archive and fetching it. Any process may serve either.</summary>
internal sealed class ArchiveTickets(IDistributedCache cache, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public DateTimeOffset Expiry => time.GetUtcNow() + Lifetime;

    /// <summary>Keeps it under a name that nobody can guess.</summary>
    public async Task<string> AddAsync(ArchiveTicket ticket, CancellationToken cancel)
    {
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        await cache.SetAsync(Key(name), JsonSerializer.SerializeToUtf8Bytes(ticket, ArchivesJson.Default.ArchiveTicket),
            new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = Lifetime }, cancel);
        return name;
    }

    /// <summary>The ticket.</summary>
    /// <exception cref="Problem">404: there is none, it has expired, or it is somebody else's.</exception>
    public async Task<ArchiveTicket> FindAsync(Caller caller, string name, CancellationToken cancel) =>
        name.Length == 32 && await cache.GetAsync(Key(name), cancel) is { } json
        && JsonSerializer.Deserialize(json, ArchivesJson.Default.ArchiveTicket) is { } ticket && ticket.Owner == caller.UserId && ticket.ExpiresAt > time.GetUtcNow()
            ? ticket
            : throw Problem.NotFound("archive");

    private static string Key(string name) => "documents/archive/" + name;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(ArchiveTicket))]
internal sealed partial class ArchivesJson : JsonSerializerContext;
