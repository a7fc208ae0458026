using System.Globalization;
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

namespace Kilo.Documents.AddVersion;

/// <summary>Adds a version, or finds the bytes unchanged.</summary>
/// <remarks><c>AlsoInTrash</c>: the document was not there when the upload began, and bytes that have arrived are not refused.</remarks>
internal sealed record AddVersion(
    Caller Caller, Guid EventId, Guid DocumentId, IStagedContent Content, ContentClaim Claim, int? BasedOn, bool Force, string? Note, string? Label,
    IReadOnlyList<string>? IfMatch, bool Wait, bool AlsoInTrash = false) : ICommand<Written<VersionResponse>>;

internal sealed class AddVersionValidator : AbstractValidator<AddVersion>
{
    public AddVersionValidator()
    {
        RuleFor(c => c.Claim.FileName).IsFileName();
        RuleFor(c => c.Note).IsNote();
        RuleFor(c => c.Label).IsLabel();
    }
}

internal sealed class AddVersionHandler(DocumentsReader reader, VersionAppender appender) : IRequestHandler<AddVersion, Written<VersionResponse>>
{
    public async Task<Written<VersionResponse>> Handle(AddVersion request, CancellationToken cancellationToken)
    {
        var document = await reader.DocumentAsync(request.Caller, request.DocumentId, cancellationToken);
        if (await appender.EarlierAsync(document, request.EventId, request.Claim.Sha256, cancellationToken) is { } earlier)
        {
            return earlier;
        }
        if (!request.AlsoInTrash)
        {
            Preconditions.NotTrashed(document);
        }
        Preconditions.Match(document, request.IfMatch);
        Preconditions.BasedOn(document, request.BasedOn);
        // With a key the fact is appended all the same: the fold remembers that the request was answered, and that it changed nothing.
        if (!request.Force && request.Claim.Sha256 == document.Head.Sha256 && !Ids.MayRepeat(request.EventId))
        {
            return await appender.UnchangedAsync(document, cancellationToken);
        }
        await request.Content.CommitAsync(cancellationToken);
        return await appender.AppendAsync(
            document, new VersionAdded(document.Id, request.Claim, request.BasedOn, request.Force, null, request.Note, request.Label),
            request.EventId, request.Caller, request.Wait, cancellationToken);
    }
}

internal static class AddVersionEndpoint
{
    public static void MapAddVersion(this IEndpointRouteBuilder routes) => routes
        .MapPost("/documents/{id:guid}/versions", async (
            Caller caller, Guid id, HttpRequest http, IContentStore contents, DocumentsOptions options, DocumentsReader reader, Ids ids, IMediator mediator, CancellationToken cancel) =>
        {
            var eventId = http.EventId(caller.UserId, ids);
            // Known before a large body is read: nobody should send a gigabyte to learn of a typing error.
            await reader.DocumentAsync(caller, id, cancel);
            await using var upload = await Upload.ReadAsync(http, contents, options, cancel);
            var written = await mediator.Send(new AddVersion(
                caller, eventId, id, upload.Content, upload.Claim, Number(upload.Field("basedOn")), Flag(upload.Field("force")),
                upload.Field("note"), upload.Field("label"), http.IfMatch(), Wait: !http.PrefersAsync()), cancel);
            return written.Answer(http.HttpContext.Response);
        })
        .DisableAntiforgery()
        .Accepts<VersionForm>("multipart/form-data").Produces<VersionResponse>(201).Produces<VersionResponse>(200).Produces(202)
        .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(413).ProducesProblem(415)
        .WithName("AddVersion").WithSummary("Adds a version; 200 when the bytes equal the newest version's.")
        .WithDescription("Concurrent uploads become consecutive versions; a version whose `basedOn` was no longer the newest is marked `concurrent`. "
            + "Send the document's ETag as If-Match to be refused with 412 instead.");

    private static bool Flag(string? text) => !string.IsNullOrEmpty(text)
        && (bool.TryParse(text, out var flag) ? flag : throw new Problem(400, "invalid-force", "force must be 'true' or 'false'."));

    private static int? Number(string? text) => string.IsNullOrEmpty(text) ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new Problem(400, "invalid-based-on", "basedOn must be a version's number.");
}

/// <summary>The form of a new version; only the file is needed.</summary>
/// <param name="File">The bytes.</param>
/// <param name="BasedOn">The version that the author had seen.</param>
/// <param name="Force"><c>true</c>: add a version even when nothing changed.</param>
/// <param name="Note">Up to 2,000 characters.</param>
/// <param name="Label">Up to 100 characters.</param>
internal sealed record VersionForm(IFormFile File, int? BasedOn = null, bool? Force = null, string? Note = null, string? Label = null);
