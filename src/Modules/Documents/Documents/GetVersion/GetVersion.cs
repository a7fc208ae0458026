using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.GetVersion;

/// <summary>One version of a document.</summary>
internal sealed record GetVersion(Caller Caller, Guid DocumentId, int Number) : IQuery<VersionResponse>;

internal sealed class GetVersionHandler(DocumentsReader reader) : IRequestHandler<GetVersion, VersionResponse>
{
    public async Task<VersionResponse> Handle(GetVersion request, CancellationToken cancellationToken)
    {
        var document = await reader.DocumentAsync(request.Caller, request.DocumentId, cancellationToken);
        var version = await reader.VersionAsync(document, request.Number, cancellationToken);
        return await DocumentsReader.DescribeAsync(document.Id, version, reader.Names(), cancellationToken);
    }
}

internal static class GetVersionEndpoint
{
    public static void MapGetVersion(this IEndpointRouteBuilder routes) => routes
        .MapGet("/documents/{id:guid}/versions/{number:int}", async (Caller caller, Guid id, int number, IMediator mediator, CancellationToken cancel) =>
            TypedResults.Ok(await mediator.Send(new GetVersion(caller, id, number), cancel)))
        .WithName("GetVersion").WithSummary("One version of a document.");
}
