using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.People;
using Kilo.Documents.Rules;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Documents.Views;

/// <summary>What every query starts from: a document that the caller may see, and the names of people.</summary>
internal sealed class DocumentsReader([FromKeyedServices(DocumentsModule.ModuleName)] ModuleViews views)
{
    public ModuleViews Views => views;

    /// <summary>The document.</summary>
    /// <exception cref="Problem">404: there is none, it was purged, or it is in somebody else's library.</exception>
    public async ValueTask<DocumentRow> DocumentAsync(Caller caller, Guid id, CancellationToken cancel) =>
        await DocumentPartition.FindAsync(views.Store, id.ToString(), cancel) is { } row && Libraries.MaySee(caller, row.Library)
            ? row
            : throw Problem.NotFound("document");

    /// <summary>One version of a document.</summary>
    /// <exception cref="Problem">404.</exception>
    public async ValueTask<VersionRow> VersionAsync(DocumentRow document, int number, CancellationToken cancel) =>
        number == document.Head.Number ? document.Head
        : number > 0 && await DocumentPartition.Versions.GetAsync(views.Store, document.Id.ToString(), DocumentPartition.VersionKey(number), cancel) is { } row ? row
        : throw Problem.NotFound("version");

    /// <summary>The answer's shape of documents.</summary>
    public static async ValueTask<DocumentResponse> DescribeAsync(DocumentRow row, Names names, CancellationToken cancel) => new(
        row.Id, row.Library, row.Folder, row.Title, row.Tags, row.Head.Number, row.Head.Size, row.Head.MediaType, row.Head.FileName, row.Head.Sha256,
        await names.OfAsync(row.CreatedBy, cancel), row.CreatedAt, await names.OfAsync(row.UpdatedBy, cancel), row.UpdatedAt, row.TrashedAt);

    /// <summary>The answer's shape of versions.</summary>
    public static async ValueTask<VersionResponse> DescribeAsync(Guid document, VersionRow row, Names names, CancellationToken cancel, bool unchanged = false) => new(
        document, row.Number, row.Sha256, row.Size, row.MediaType, row.FileName, await names.OfAsync(row.AuthorId, cancel), row.CreatedAt,
        row.Label, row.Note, row.BasedOn, row.Concurrent, row.RestoredFrom, unchanged);

    /// <summary>People's names, each looked up once per answer.</summary>
    public Names Names() => new(views.Store);
}

/// <summary>A document.</summary>
/// <param name="Id">The document.</param>
/// <param name="Library"><c>shared</c>, or the owner's user id.</param>
/// <param name="Folder">Path, empty for the top.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Tags">Lower case.</param>
/// <param name="Version">The newest version's number; versions are numbered from 1 without gaps.</param>
/// <param name="Size">The newest version's size in bytes.</param>
/// <param name="MediaType">The newest version's media type.</param>
/// <param name="FileName">The newest version's file name.</param>
/// <param name="Sha256">The newest version's SHA-256, 64 hexadecimal digits: also its content's entity tag.</param>
/// <param name="CreatedBy">Who added it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="UpdatedBy">Who changed it last.</param>
/// <param name="UpdatedAt">When.</param>
/// <param name="TrashedAt">When it went to the trash; null: it is not there.</param>
internal sealed record DocumentResponse(
    Guid Id, string Library, string Folder, string Title, IReadOnlyList<string> Tags, int Version, long Size, string MediaType, string FileName, string Sha256,
    PersonResponse CreatedBy, DateTimeOffset CreatedAt, PersonResponse UpdatedBy, DateTimeOffset UpdatedAt, DateTimeOffset? TrashedAt);

/// <summary>A version of a document. Immutable.</summary>
/// <param name="DocumentId">The document.</param>
/// <param name="Number">From 1, in the order of the log.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
/// <param name="Size">In bytes.</param>
/// <param name="MediaType">As the uploader named it.</param>
/// <param name="FileName">As the uploader named it.</param>
/// <param name="Author">Who uploaded or restored it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="Label">A name for it.</param>
/// <param name="Note">What the author said of it.</param>
/// <param name="BasedOn">The version that the author had seen.</param>
/// <param name="Concurrent">True when another version came in between.</param>
/// <param name="RestoredFrom">The version whose bytes these are.</param>
/// <param name="Unchanged">True when the uploaded bytes equal this version's, and none was added.</param>
internal sealed record VersionResponse(
    Guid DocumentId, int Number, string Sha256, long Size, string MediaType, string FileName, PersonResponse Author, DateTimeOffset CreatedAt,
    string? Label, string? Note, int? BasedOn, bool Concurrent, int? RestoredFrom, bool Unchanged);

/// <summary>A page of a list.</summary>
/// <param name="Items">In order.</param>
/// <param name="Next">Send it as <c>cursor</c> to go on; null at the end.</param>
internal sealed record Page<TItem>(IReadOnlyList<TItem> Items, string? Next);
