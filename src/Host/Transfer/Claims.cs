using System.Globalization;
using System.Runtime.CompilerServices;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.Documents.Contracts;

namespace Kilo.Host.Transfer;

/// <summary>A version that a content belongs to.</summary>
/// <param name="Document">Its document.</param>
/// <param name="Version">Its number, as the fold gives it; null when the fold makes no version of the fact.</param>
internal readonly record struct Place(Guid Document, int? Version)
{
    public override string ToString() => Version is { } number ? string.Create(CultureInfo.InvariantCulture, $"document {Document} version {number}") : $"document {Document}";
}

/// <summary>
/// Which contents the facts of a log refer to: those of the versions of all documents that were not purged. Held as a set of half hashes, so that
/// ten million fit.
/// </summary>
internal sealed class Claims
{
    private sealed record Fact(Guid Document, ContentClaim Content, EventEnvelope Envelope, bool Force);

    private readonly Snapshot _log;
    private readonly EventCatalogue _catalogue;
    private readonly HashSet<Guid> _purged = [];
    private readonly HashSet<UInt128> _live = [];

    private Claims(Snapshot log, EventCatalogue catalogue) => (_log, _catalogue) = (log, catalogue);

    /// <summary>How many different contents there are.</summary>
    public long Count { get; private set; }

    /// <summary>Together, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Facts about documents that cannot be read: what they refer to, nobody knows.</summary>
    public long Unreadable { get; private set; }

    /// <summary>Reads the log twice.</summary>
    public static async Task<Claims> ReadAsync(Snapshot log, EventCatalogue catalogue, Progress progress, CancellationToken cancel)
    {
        var claims = new Claims(log, catalogue);
        progress.Begin("reading facts", events: 2 * log.Parts.Where(p => p.Topic.Name == DocumentsTopics.Documents.Name).Sum(p => p.End));
        await foreach (var entry in log.ReadAsync(DocumentsTopics.Documents, cancel))
        {
            progress.Event();
            switch (claims.Read(entry))
            {
                case null:
                    claims.Unreadable++;
                    break;
                case DocumentPurged purged:
                    claims._purged.Add(purged.DocumentId);
                    break;
            }
        }
        await foreach (var fact in claims.FactsAsync(progress.Event, cancel))
        {
            if (claims._live.Add(Half(fact.Content.Sha256)))
            {
                claims.Count++;
                claims.Bytes += fact.Content.Size;
            }
        }
        return claims;
    }

    /// <summary>True when a fact refers to the content.</summary>
    public bool Contains(string sha256) => _live.Contains(Half(sha256));

    /// <summary>Each content once, in the order of the log. It takes the set apart: what was given is no longer in it.</summary>
    public async IAsyncEnumerable<ContentClaim> TakeEachAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var fact in FactsAsync(null, cancel))
        {
            if (_live.Remove(Half(fact.Content.Sha256)))
            {
                yield return fact.Content;
            }
        }
    }

    /// <summary>The versions that have these contents; nothing for a content whose documents were all purged.</summary>
    /// <param name="hashes">A few.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<ILookup<string, Place>> PlacesAsync(IReadOnlySet<string> hashes, CancellationToken cancel)
    {
        var concerned = new HashSet<Guid>();
        await foreach (var fact in FactsAsync(null, cancel))
        {
            if (hashes.Contains(fact.Content.Sha256))
            {
                concerned.Add(fact.Document);
            }
        }
        var heads = new Dictionary<Guid, (string Sha256, int Number)>();
        var applied = new HashSet<(Guid, Guid)>();
        var places = new HashSet<(string Sha256, Place Place)>();
        await foreach (var fact in FactsAsync(null, cancel))
        {
            if (concerned.Contains(fact.Document))
            {
                var number = Number(fact, heads, applied);
                if (hashes.Contains(fact.Content.Sha256))
                {
                    places.Add((fact.Content.Sha256, new Place(fact.Document, number)));
                }
            }
        }
        return places.ToLookup(p => p.Sha256, p => p.Place);
    }

    // As the fold of Documents counts: the first fact of a document is version 1, a fact that comes again is none, and bytes that equal
    // the newest ones are that version again.
    private static int? Number(Fact fact, Dictionary<Guid, (string Sha256, int Number)> heads, HashSet<(Guid, Guid)> applied)
    {
        var isFirst = fact.Envelope.Type == DocumentAdded.EventName;
        if (!heads.TryGetValue(fact.Document, out var head))
        {
            if (!isFirst)
            {
                return null;
            }
        }
        else if (isFirst || (Ids.MayRepeat(fact.Envelope.Id) && !applied.Add((fact.Document, fact.Envelope.Id))))
        {
            return null;
        }
        else if (head.Sha256 == fact.Content.Sha256 && !fact.Force)
        {
            return head.Number;
        }
        heads[fact.Document] = (fact.Content.Sha256, head.Number + 1);
        return head.Number + 1;
    }

    private async IAsyncEnumerable<Fact> FactsAsync(Action? each, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var entry in _log.ReadAsync(DocumentsTopics.Documents, cancel))
        {
            each?.Invoke();
            if (entry.Event.Type != DocumentAdded.EventName && entry.Event.Type != VersionAdded.EventName)
            {
                continue;
            }
            var fact = Read(entry) switch
            {
                DocumentAdded added => new Fact(added.DocumentId, added.Content, entry.Event, Force: false),
                VersionAdded added => new Fact(added.DocumentId, added.Content, entry.Event, added.Force),
                _ => null,
            };
            if (fact is not null && !_purged.Contains(fact.Document))
            {
                yield return fact;
            }
        }
    }

    // Null when this build cannot read it, or when it names its content by what is no hash.
    private object? Read(LogEntry entry)
    {
        try
        {
            var read = _catalogue.Read(entry.Event);
            var content = (read as DocumentAdded)?.Content ?? (read as VersionAdded)?.Content;
            return content is null || (content.Sha256.Length == 64 && content.Sha256.All(char.IsAsciiHexDigitLower)) ? read : null;
        }
        catch (UnreadableEventException)
        {
            return null;
        }
    }

    // Half of a SHA-256 tells contents apart as well.
    private static UInt128 Half(string hex) => UInt128.Parse(hex.AsSpan(0, 32), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
