using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.Documents.Contracts;

namespace Kilo.Reporting.Tests.Kit;

/// <summary>The same totals, counted over the log in the plainest way: what reports must say.</summary>
internal sealed class LogCount
{
    private sealed record Version(string Sha256, long Size, string MediaType);

    private sealed class Document(string library)
    {
        public string Library => library;
        public List<Version> Versions { get; } = [];
        public HashSet<Guid> Seen { get; } = [];
        public bool IsTrashed { get; set; }
        public bool IsPurged { get; set; }
    }

    private readonly Dictionary<Guid, Document> _documents = [];

    public long Documents => Kept.Count(d => !d.IsTrashed);

    public long Trashed => Kept.Count(d => d.IsTrashed);

    public long Versions => Kept.Sum(d => d.Versions.Count);

    public long LogicalBytes => AllVersions.Sum(v => v.Size);

    public long StoredBytes => AllVersions.DistinctBy(v => v.Sha256).Sum(v => v.Size);

    public long SharedContents => AllVersions.GroupBy(v => v.Sha256).Count(g => g.Count() > 1);

    /// <summary>Versions that were ever added, by who did.</summary>
    public Dictionary<Guid, long> AddedBy { get; } = [];

    /// <summary>How often each other thing was done.</summary>
    public Dictionary<string, long> Done { get; } = new() { ["added"] = 0, ["changed"] = 0, ["trashed"] = 0, ["restored"] = 0, ["purged"] = 0 };

    /// <summary>Downloads, by who did.</summary>
    public Dictionary<Guid, long> DownloadsOf { get; } = [];

    public Dictionary<string, long> DocumentsOf => Kept.Where(d => !d.IsTrashed).GroupBy(d => d.Library).ToDictionary(g => g.Key, g => (long)g.Count());

    public Dictionary<string, long> MediaTypes => AllVersions.GroupBy(v => v.MediaType).ToDictionary(g => g.Key, g => g.Sum(v => v.Size));

    private IEnumerable<Document> Kept => _documents.Values.Where(d => !d.IsPurged);

    private IEnumerable<Version> AllVersions => Kept.SelectMany(d => d.Versions);

    /// <summary>Everything that is on the log now.</summary>
    public static async Task<LogCount> OfAsync(IEventLog log)
    {
        var (count, catalogue) = (new LogCount(), Host.Modules.Catalogue());
        foreach (var topic in new[] { DocumentsTopics.Documents, DocumentsTopics.Downloads })
        {
            for (var partition = 0; partition < log.Partitions(topic); partition++)
            {
                foreach (var entry in await log.ReadAsync(topic, partition, 0, int.MaxValue, CancellationToken.None))
                {
                    count.Add(catalogue.Read(entry.Event), entry.Event);
                }
            }
        }
        return count;
    }

    private void Add(object fact, EventEnvelope envelope)
    {
        if (fact is ContentDownloaded download)
        {
            DownloadsOf[envelope.Actor] = DownloadsOf.GetValueOrDefault(envelope.Actor) + (download.Preview ? 0 : 1);
            return;
        }
        if (fact is DocumentAdded added && _documents.TryAdd(added.DocumentId, new Document(added.Library)))
        {
            Done["added"]++;
            Add(_documents[added.DocumentId], added.Content, envelope);
            return;
        }
        if (fact is DocumentAdded || !_documents.TryGetValue(Guid.Parse(envelope.Key), out var document) || document.IsPurged)
        {
            return;
        }
        switch (fact)
        {
            case VersionAdded version when document.Seen.Add(envelope.Id) && (version.Force || version.Content.Sha256 != document.Versions[^1].Sha256):
                Add(document, version.Content, envelope);
                break;
            case DocumentChanged:
                Done["changed"]++;
                break;
            case DocumentTrashed when !document.IsTrashed:
                document.IsTrashed = true;
                Done["trashed"]++;
                break;
            case DocumentRestored when document.IsTrashed:
                document.IsTrashed = false;
                Done["restored"]++;
                break;
            case DocumentPurged:
                document.IsPurged = true;
                Done["purged"]++;
                break;
        }
    }

    private void Add(Document document, ContentClaim content, EventEnvelope envelope)
    {
        document.Versions.Add(new Version(content.Sha256, content.Size, content.MediaType));
        AddedBy[envelope.Actor] = AddedBy.GetValueOrDefault(envelope.Actor) + 1;
    }
}
