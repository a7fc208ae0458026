using System.Runtime.CompilerServices;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.ListDocuments;
using Kilo.Documents.Rules;
using Kilo.Documents.Views;

namespace Kilo.Documents.Archives;

/// <summary>The documents of an archive, as the caller may see them now.</summary>
internal sealed class ArchiveReader(DocumentsReader reader, DocumentsOptions options)
{
    private const int PageSize = 500;

    /// <summary>Refuses what cannot be an archive, before the first byte of it is sent.</summary>
    /// <exception cref="Problem">404: something is not there, or not the caller's to see. 409: in the trash. 400: too many.</exception>
    public async Task CheckAsync(Caller caller, ArchiveTicket ticket, CancellationToken cancel)
    {
        if (ticket.Documents is { } chosen)
        {
            if (chosen.Count > options.MaxArchiveDocuments)
            {
                throw TooMany();
            }
            foreach (var id in chosen)
            {
                Preconditions.NotTrashed(await reader.DocumentAsync(caller, id, cancel));
            }
            return;
        }
        var count = 0;
        await foreach (var _ in ListedAsync(caller, ticket, cancel))
        {
            if (++count > options.MaxArchiveDocuments)
            {
                throw TooMany();
            }
        }
        if (count == 0)
        {
            throw new Problem(404, "not-found", "There is no document in this folder, or you may not see it.");
        }
    }

    /// <summary>The documents, one after the other. Each is asked for when its turn comes.</summary>
    /// <exception cref="Problem">One that was chosen is not there any more. What was sent so far must not pass for the whole.</exception>
    public async IAsyncEnumerable<DocumentRow> ReadAsync(Caller caller, ArchiveTicket ticket, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (ticket.Documents is { } chosen)
        {
            foreach (var id in chosen)
            {
                var document = await reader.DocumentAsync(caller, id, cancel);
                Preconditions.NotTrashed(document);
                yield return document;
            }
            yield break;
        }
        var count = 0;
        await foreach (var id in ListedAsync(caller, ticket, cancel))
        {
            // Not there, or moved, in the moment between the two reads: the folder is what it is now.
            if (await DocumentPartition.FindAsync(reader.Views.Store, id.ToString(), cancel) is { TrashedAt: null } document && document.Library == ticket.Library)
            {
                yield return ++count <= options.MaxArchiveDocuments ? document : throw TooMany();
            }
        }
    }

    private Problem TooMany() => new(400, "archive-too-large", $"An archive may have at most {options.MaxArchiveDocuments} documents. Choose fewer, or a folder with fewer.");

    private async IAsyncEnumerable<Guid> ListedAsync(Caller caller, ArchiveTicket ticket, [EnumeratorCancellation] CancellationToken cancel)
    {
        var library = Libraries.Resolve(caller, ticket.Library!);
        // Between a folder's own documents and those below it lie folders whose names only begin alike.
        string[] prefixes = string.IsNullOrEmpty(ticket.Folder) ? [""] : [ListingView.FolderPrefix(ticket.Folder), ticket.Folder + "/"];
        foreach (var prefix in prefixes)
        {
            var from = prefix;
            while (await ListingView.Table.SliceAsync(
                reader.Views.Store, ListingView.Partition(library, trashed: false), from, Slice.EndOf(prefix), PageSize, cancel) is { Count: > 0 } rows)
            {
                foreach (var (_, row, _) in rows)
                {
                    yield return row.Id;
                }
                from = Slice.After(rows[^1].Sort);
            }
        }
    }
}
