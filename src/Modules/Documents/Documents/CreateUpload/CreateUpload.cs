using System.Globalization;
using FluentValidation;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.Content;
using Kilo.Documents.Rules;
using Kilo.Documents.Uploads;
using Kilo.Documents.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.CreateUpload;

/// <summary>Starts an upload in pieces. Everything that could be refused is refused now: not after the last byte.</summary>
internal sealed record CreateUpload(Caller Caller, Guid Id, PendingUpload Upload, IReadOnlyList<string>? IfMatch, bool Wait) : ICommand<UploadProgress>;

internal sealed class CreateUploadValidator : AbstractValidator<CreateUpload>
{
    public CreateUploadValidator()
    {
        RuleFor(c => c.Upload.FileName).IsFileName();
        RuleFor(c => c.Upload.Title).IsTitle();
        RuleFor(c => c.Upload.Folder).IsFolder();
        RuleFor(c => c.Upload.Tags).AreTags();
        RuleFor(c => c.Upload.Note).IsNote();
        RuleFor(c => c.Upload.Label).IsLabel();
    }
}

internal sealed class CreateUploadHandler(UploadStore uploads, DocumentsReader reader, DocumentsOptions options, TimeProvider time) : IRequestHandler<CreateUpload, UploadProgress>
{
    public async Task<UploadProgress> Handle(CreateUpload request, CancellationToken cancellationToken)
    {
        var (caller, upload) = (request.Caller, request.Upload);
        if (upload.Length > options.MaxFileBytes)
        {
            throw Upload.TooLarge(options);
        }
        if (upload.Document is { } id)
        {
            var document = await reader.DocumentAsync(caller, id, cancellationToken);
            Preconditions.NotTrashed(document);
            Preconditions.Match(document, request.IfMatch);
            Preconditions.BasedOn(document, upload.BasedOn);
        }
        else
        {
            // Its id, so that the one who asks later need not be asked what 'personal' means.
            upload = upload with { Library = Libraries.Resolve(caller, upload.Library) };
        }

        var isNew = await uploads.CreateAsync(request.Id, upload, cancellationToken);
        if (isNew && upload.Length > 0)
        {
            return new UploadProgress(request.Id, upload, 0, time.GetUtcNow() + options.UploadExpiration);
        }
        await using var partial = await uploads.TakeAsync(caller, request.Id, cancellationToken);
        var progress = uploads.Progress(request.Id, partial);
        if (uploads.IsExpired(progress))
        {
            await partial.DropAsync(cancellationToken);
            throw new Problem(410, "upload-expired", "The upload that this Idempotency-Key started has expired. Send the same request again to start a new one.");
        }
        if (progress.Upload.Length != upload.Length || progress.Upload.Metadata != upload.Metadata)
        {
            throw new Problem(422, "idempotency-key-reused", "This Idempotency-Key was used for another upload. Use a new key for a new request.");
        }
        return progress.Offset == upload.Length
            ? await uploads.FinishAsync(caller, request.Id, partial, repeated: !isNew, request.Wait)
            : progress;
    }
}

internal static class CreateUploadEndpoint
{
    public static void MapCreateUpload(this IEndpointRouteBuilder routes) => routes
        .MapPost("", async (
            Caller caller, HttpRequest http, Ids ids, IMediator mediator, CancellationToken cancel,
            [FromHeader(Name = Tus.LengthHeader)] string? length, [FromHeader(Name = Tus.MetadataHeader)] string? metadata) =>
        {
            if (http.Headers.ContainsKey(Tus.ConcatHeader))
            {
                throw new Problem(400, "not-supported", "Uploads cannot be put together from others here. Send one upload, piece by piece.");
            }
            if (length is null)
            {
                throw new Problem(400, "length-needed", http.Headers.ContainsKey(Tus.DeferLengthHeader)
                    ? "The length cannot be told later here. Send Upload-Length: how many bytes the file has."
                    : "Send Upload-Length: how many bytes the file has.");
            }
            var progress = await mediator.Send(
                new CreateUpload(caller, http.EventId(caller.UserId, ids), Read(caller, Tus.Count(length, Tus.LengthHeader, "invalid-length"), metadata ?? ""), http.IfMatch(), Wait: !http.PrefersAsync()), cancel);
            if (Tus.HasPiece(http) && progress.Offset == 0 && progress.Upload.Length > 0)
            {
                progress = (await AppendToUpload.AppendToUploadEndpoint.SendAsync(caller, progress.Id, 0, http, mediator, cancel)).Progress;
            }
            Tus.Answer(http.HttpContext.Response, progress);
            return TypedResults.Created($"/api/uploads/{progress.Id}");
        })
        .DisableAntiforgery()
        .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(413).ProducesProblem(422)
        .WithName("CreateUpload").WithSummary("Starts an upload in pieces that can go on after a cut (tus 1.0).")
        .WithDescription(
            "`Upload-Metadata` has `filename`, and as you like `filetype`, `title`, `folder`, `library`, `note`, `label`, `tags`; or `document`, the id of the one that gets a version, with "
            + "`basedOn`. Everything is checked now, so that nothing is refused at the end. Send the bytes with PATCH to the Location. The first piece may come with this request, "
            + $"as `{Tus.PieceType}`. `Tus-Resumable: {Tus.Version}` belongs into every request.");

    private static PendingUpload Read(Caller caller, long length, string header)
    {
        var metadata = Tus.Metadata(header);
        var fileName = metadata.GetValueOrDefault("filename", "");
        var isVersion = metadata.TryGetValue("document", out var document);
        return new PendingUpload(
            caller.UserId, length, header, fileName, Upload.TypeOf(metadata.GetValueOrDefault("filetype"), fileName),
            metadata.GetValueOrDefault("library", "personal"), TextRules.Folder(metadata.GetValueOrDefault("folder")),
            metadata.GetValueOrDefault("title", fileName).Trim(' '), TextRules.Tags(metadata.GetValueOrDefault("tags", "").Split(',', StringSplitOptions.RemoveEmptyEntries)),
            metadata.GetValueOrDefault("note"), metadata.GetValueOrDefault("label"),
            !isVersion ? null : Guid.TryParse(document, out var id) ? id : throw Problem.NotFound("document"),
            !metadata.TryGetValue("basedOn", out var text) || text.Length == 0 ? null
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
                : throw new Problem(400, "invalid-based-on", "basedOn must be a version's number."));
    }
}
