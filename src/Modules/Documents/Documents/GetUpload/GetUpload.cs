using System.Globalization;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.Uploads;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.GetUpload;

/// <summary>Where an upload is to be gone on with. One that is whole, but died before its fact, is finished first: to its client, whole means done.</summary>
internal sealed record GetUpload(Caller Caller, Guid Id) : ICommand<UploadProgress>;

internal sealed class GetUploadHandler(UploadStore uploads) : IRequestHandler<GetUpload, UploadProgress>
{
    public async Task<UploadProgress> Handle(GetUpload request, CancellationToken cancellationToken)
    {
        var (caller, id) = (request.Caller, request.Id);
        if (await uploads.FindAsync(caller, id, cancellationToken) is { Outcome: { } outcome } finished)
        {
            return uploads.NotExpired(uploads.Progress(id, await uploads.CompletedAsync(id, finished, cancellationToken), outcome));
        }
        // Taken, not looked at: who asks where to go on means to go on, and what the answer says must stay true.
        await using var partial = await uploads.TakeAsync(caller, id, cancellationToken);
        var progress = uploads.NotExpired(uploads.Progress(id, partial));
        return progress.Offset == progress.Upload.Length
            ? await uploads.FinishAsync(caller, id, partial, repeated: true, wait: true)
            : progress;
    }
}

internal static class GetUploadEndpoint
{
    public static void MapGetUpload(this IEndpointRouteBuilder routes) => routes
        .MapMethods("/{id:guid}", ["HEAD"], async (Caller caller, Guid id, HttpResponse response, IMediator mediator, CancellationToken cancel) =>
        {
            var progress = await mediator.Send(new GetUpload(caller, id), cancel);
            Tus.Answer(response, progress);
            response.Headers[Tus.LengthHeader] = progress.Upload.Length.ToString(CultureInfo.InvariantCulture);
            if (progress.Upload.Metadata.Length > 0)
            {
                response.Headers[Tus.MetadataHeader] = progress.Upload.Metadata;
            }
            return TypedResults.Ok();
        })
        .Produces(200).ProducesProblem(404).ProducesProblem(410).ProducesProblem(423)
        .WithName("GetUpload").WithSummary("How many bytes of an upload are there, durable; and what became of it, once it was whole.")
        .WithDescription("Ends a request that still sends this upload: its client is taken for gone.");
}
