using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.Rules;
using Kilo.Documents.Uploads;
using Kilo.Documents.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.AppendToUpload;

/// <summary>Appends a piece to an upload; the last one makes it a document or a version.</summary>
internal sealed record AppendToUpload(Caller Caller, Guid Id, long Offset, Stream Body, long? BodyLength, PieceChecksum? Checksum, bool Wait) : ICommand<AppendedPiece>;

/// <summary>What became of a piece.</summary>
/// <param name="Progress">How far the upload is.</param>
/// <param name="IsInPlace">False: the upload is not at the piece's offset, and nothing was appended.</param>
internal sealed record AppendedPiece(UploadProgress Progress, bool IsInPlace);

internal sealed class AppendToUploadHandler(UploadStore uploads, DocumentsReader reader) : IRequestHandler<AppendToUpload, AppendedPiece>
{
    public async Task<AppendedPiece> Handle(AppendToUpload request, CancellationToken cancellationToken)
    {
        var (caller, id) = (request.Caller, request.Id);
        await using var partial = await uploads.TakeAsync(caller, id, cancellationToken);
        var progress = uploads.NotExpired(uploads.Progress(id, partial));
        if (progress.Offset != request.Offset)
        {
            return new(progress, IsInPlace: false);
        }
        if (progress.Upload.Outcome is null)
        {
            await MayStillAddAsync(caller, progress.Upload, cancellationToken);
        }
        var (length, missing) = (progress.Upload.Length, progress.Upload.Length - progress.Offset);
        if (request.BodyLength > missing)
        {
            throw PieceStream.TooLong(missing);
        }
        if (missing > 0)
        {
            await AppendAsync(request, partial, missing);
        }
        return new(
            partial.Length == length || missing == 0 ? await uploads.FinishAsync(caller, id, partial, repeated: missing == 0, request.Wait) : uploads.Progress(id, partial),
            IsInPlace: true);
    }

    // Asked before each piece, so that who lost the right, or the document, learns it before sending more.
    private async ValueTask MayStillAddAsync(Caller caller, PendingUpload upload, CancellationToken cancel)
    {
        if (upload.Document is { } document)
        {
            await reader.DocumentAsync(caller, document, cancel);
        }
        else
        {
            Libraries.Resolve(caller, upload.Library);
        }
    }

    private static async Task AppendAsync(AppendToUpload request, IPartialContent partial, long missing)
    {
        await using var piece = new PieceStream(request.Body, missing, request.Checksum);
        try
        {
            // A piece with a checksum counts as a whole or not at all. The body itself says when the client is gone: a cancellation would come
            // before the last bytes were read.
            await partial.AppendAsync(piece, whole: request.Checksum is not null, CancellationToken.None);
        }
        catch (Problem) when (piece.IsTooLong)
        {
            // Which of its bytes are right cannot be known, and the upload must not pass for whole.
            await partial.DropAsync(CancellationToken.None);
            throw;
        }
        catch (PartialContentTakenException)
        {
            throw UploadStore.Taken();
        }
        catch (Exception e) when (e is IOException and not BadHttpRequestException { StatusCode: 408 or 413 })
        {
            throw new Problem(400, "incomplete-body", "The body ended early. What came is kept; ask with HEAD where to go on.");
        }
    }
}

internal static class AppendToUploadEndpoint
{
    public static void MapAppendToUpload(this IEndpointRouteBuilder routes) => routes
        .MapPatch("/{id:guid}", async (
            Caller caller, Guid id, HttpRequest http, IMediator mediator, CancellationToken cancel,
            [FromHeader(Name = Tus.OffsetHeader)] string? offset, [FromHeader(Name = Tus.ChecksumHeader)] string? checksum) =>
        {
            if (!Tus.HasPiece(http))
            {
                throw new Problem(415, "not-a-piece", $"Send the piece as {Tus.PieceType}.");
            }
            var (progress, isInPlace) = await SendAsync(caller, id, Tus.Count(offset, Tus.OffsetHeader, "invalid-offset"), http, mediator, cancel);
            Tus.Answer(http.HttpContext.Response, progress);
            return isInPlace
                ? TypedResults.NoContent()
                : throw new Problem(409, "wrong-offset", $"The upload has {progress.Offset} bytes; the next piece must begin there.");
        })
        .DisableAntiforgery()
        .Produces(204).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(410).ProducesProblem(413).ProducesProblem(415).ProducesProblem(423).ProducesProblem(460)
        .WithName("AppendToUpload").WithSummary("Appends a piece to an upload; the last one makes it a document or a version.")
        .WithDescription(
            $"The body is `{Tus.PieceType}`, of any size. The answer to the last piece has `Kilo-Document`, `Kilo-Version` (unless the view is too slow) and `Kilo-Position`; "
            + "`Kilo-Unchanged` when the bytes equal the newest version's. A request that goes on with an upload ends an older one that still sends.");

    /// <summary>Appends the request's body.</summary>
    internal static Task<AppendedPiece> SendAsync(Caller caller, Guid id, long offset, HttpRequest http, IMediator mediator, CancellationToken cancel)
    {
        var checksum = PieceChecksum.Read(http.Headers[Tus.ChecksumHeader]);
        // What is missing bounds it.
        http.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        return mediator.Send(new AppendToUpload(caller, id, offset, http.Body, http.ContentLength, checksum, Wait: !http.PrefersAsync()), cancel);
    }
}
