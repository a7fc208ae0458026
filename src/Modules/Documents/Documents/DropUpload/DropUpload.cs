using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.Uploads;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.DropUpload;

/// <summary>Ends an upload and removes its bytes. What became of a finished one stays.</summary>
internal sealed record DropUpload(Caller Caller, Guid Id) : ICommand<Unit>;

internal sealed class DropUploadHandler(UploadStore uploads) : IRequestHandler<DropUpload, Unit>
{
    public async Task<Unit> Handle(DropUpload request, CancellationToken cancellationToken)
    {
        await using var partial = await uploads.TakeAsync(request.Caller, request.Id, cancellationToken);
        await partial.DropAsync(cancellationToken);
        return Unit.Value;
    }
}

internal static class DropUploadEndpoint
{
    public static void MapDropUpload(this IEndpointRouteBuilder routes) => routes
        .MapDelete("/{id:guid}", async (Caller caller, Guid id, IMediator mediator, CancellationToken cancel) =>
        {
            await mediator.Send(new DropUpload(caller, id), cancel);
            return TypedResults.NoContent();
        })
        .Produces(204).ProducesProblem(404).ProducesProblem(423)
        .WithName("DropUpload").WithSummary("Ends an upload and removes its bytes. A document that it became stays.");
}
