using Kilo.BuildingBlocks.Pump;
using Kilo.Documents.Contracts;

namespace Kilo.Reporting.Model;

/// <summary>Folds who downloaded what.</summary>
internal sealed class DownloadsFold : Projection
{
    public DownloadsFold() => On<ContentDownloaded>(async (e, session, cancel) =>
    {
        if (e.Fact.Preview)
        {
            return;
        }
        // Whoever records downloads appends one again where the log gave no answer.
        var id = e.Envelope.Id.ToString();
        if (await session.GetAsync(DownloadRow.Table, id, "", cancel) is null)
        {
            var (fact, by, at) = (e.Fact, e.Envelope.Actor, e.Envelope.Time);
            session.Put(DownloadRow.Table, id, "", new DownloadRow(e.Envelope.Id, at, fact.DocumentId, fact.Number, fact.Library, by, fact.Bytes, fact.InArchive));
            new Done(Downloads: 1, DownloadedBytes: fact.Bytes).Add(session, at, fact.Library, by);
        }
    }, (_, envelope) => [DownloadRow.Table.Key(envelope.Id.ToString())]);
}
