using FluentValidation;
using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.Content;
using Kilo.Documents.Contracts;
using Kilo.Documents.Rules;
using Kilo.Documents.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.AddDocument;

/// <summary>Adds a document with its first version.</summary>
internal sealed record AddDocument(
    Caller Caller, Guid EventId, IStagedContent Content, ContentClaim Claim, string Library, string Folder, string Title,
    IReadOnlyList<string> Tags, string? Note, string? Label, bool Wait) : ICommand<Written<DocumentResponse>>;

internal sealed class AddDocumentValidator : AbstractValidator<AddDocument>
{
    public AddDocumentValidator()
    {
        RuleFor(c => c.Claim.FileName).IsFileName();
        RuleFor(c => c.Title).IsTitle();
        RuleFor(c => c.Folder).IsFolder();
        RuleFor(c => c.Tags).AreTags();
        RuleFor(c => c.Note).IsNote();
        RuleFor(c => c.Label).IsLabel();
    }
}

internal sealed class AddDocumentHandler(DocumentsReader reader, EventPublisher publisher, Ids ids) : IRequestHandler<AddDocument, Written<DocumentResponse>>
{
    public async Task<Written<DocumentResponse>> Handle(AddDocument request, CancellationToken cancellationToken)
    {
        var library = Libraries.Resolve(request.Caller, request.Library);
        // A retry makes the same document again, which the fold knows already.
        var id = Ids.MayRepeat(request.EventId) ? IdOf(request.EventId) : ids.New();
        var location = $"/api/documents/{id}";
        if (Ids.MayRepeat(request.EventId) && await EarlierAsync(id, request.Claim, cancellationToken) is { } earlier)
        {
            return new(null, location, await DocumentsReader.DescribeAsync(earlier, reader.Names(), cancellationToken), IsNew: true);
        }

        await request.Content.CommitAsync(cancellationToken);
        var appended = await publisher.AppendAsync(
            new DocumentAdded(id, library, request.Folder, request.Title, request.Claim, request.Tags.Count == 0 ? null : request.Tags, request.Note, request.Label),
            request.EventId, request.Caller.UserId, cancellationToken);
        var row = request.Wait && await reader.Views.WaitForAsync(appended.Position, cancellationToken)
            ? await EarlierAsync(id, request.Claim, cancellationToken)
            : null;
        return new(appended.Position, location, row is null ? null : await DocumentsReader.DescribeAsync(row, reader.Names(), cancellationToken), IsNew: true);
    }

    /// <summary>The document that an event which may repeat adds.</summary>
    internal static Guid IdOf(Guid eventId) => Ids.From("document", eventId.ToString());

    // The document with this id, which must have started with these bytes.
    private async ValueTask<DocumentRow?> EarlierAsync(Guid id, ContentClaim claim, CancellationToken cancel)
    {
        if (await DocumentPartition.Documents.GetAsync(reader.Views.Store, id.ToString(), DocumentPartition.Self, cancel) is not { } row)
        {
            return null;
        }
        if (row.Purged)
        {
            throw new Problem(410, "purged", "The document that this request added was purged.");
        }
        return (await reader.VersionAsync(row, 1, cancel)).Sha256 == claim.Sha256
            ? row
            : throw new Problem(422, "idempotency-key-reused", "This Idempotency-Key was used for another file. Use a new key for a new request.");
    }
}

internal static class AddDocumentEndpoint
{
    public static void MapAddDocument(this IEndpointRouteBuilder routes) => routes
        .MapPost("/documents", async (Caller caller, HttpRequest http, IContentStore contents, DocumentsOptions options, Ids ids, IMediator mediator, CancellationToken cancel) =>
        {
            var eventId = http.EventId(caller.UserId, ids);
            await using var upload = await Upload.ReadAsync(http, contents, options, cancel);
            var written = await mediator.Send(new AddDocument(
                caller, eventId, upload.Content, upload.Claim, upload.Field("library") ?? "personal", TextRules.Folder(upload.Field("folder")),
                (upload.Field("title") ?? upload.FileName).Trim(' '), TextRules.Tags((upload.Field("tags") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)),
                upload.Field("note"), upload.Field("label"), Wait: !http.PrefersAsync()), cancel);
            return written.Answer(http.HttpContext.Response);
        })
        .DisableAntiforgery()
        .Accepts<UploadForm>("multipart/form-data").Produces<DocumentResponse>(201).Produces(202).ProducesProblem(400).ProducesProblem(413).ProducesProblem(415)
        .WithName("AddDocument").WithSummary("Adds a document with its first version.")
        .WithDescription("Send an Idempotency-Key to be able to repeat the request safely. The answer waits for the view, for 2 s at most: then it is 202, and the document is safe all the same.");
}

/// <summary>The form of an upload; only the file is needed.</summary>
/// <param name="File">The bytes.</param>
/// <param name="Title">1 to 255 characters; default: the file's name.</param>
/// <param name="Folder">Path with '/' between the names; default: the top.</param>
/// <param name="Library"><c>personal</c> (default), <c>shared</c> or an id.</param>
/// <param name="Tags">Separated by commas.</param>
/// <param name="Note">Up to 2,000 characters.</param>
/// <param name="Label">Up to 100 characters.</param>
internal sealed record UploadForm(
    IFormFile File, string? Title = null, string? Folder = null, string? Library = null, string? Tags = null, string? Note = null, string? Label = null);
