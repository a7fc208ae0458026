using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.AddVersion;
using Kilo.Documents.Contracts;
using Kilo.Documents.Rules;
using Kilo.Documents.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.RestoreVersion;

/// <summary>Makes an old version's bytes the newest version. The history stays whole.</summary>
internal sealed record RestoreVersion(Caller Caller, Guid EventId, Guid DocumentId, int Number, IReadOnlyList<string>? IfMatch, bool Wait) : ICommand<Written<VersionResponse>>;

internal sealed class RestoreVersionHandler(DocumentsReader reader, VersionAppender appender) : IRequestHandler<RestoreVersion, Written<VersionResponse>>
{
    public async Task<Written<VersionResponse>> Handle(RestoreVersion request, CancellationToken cancellationToken)
    {
        var document = await reader.DocumentAsync(request.Caller, request.DocumentId, cancellationToken);
        var old = await reader.VersionAsync(document, request.Number, cancellationToken);
        if (await appender.EarlierAsync(document, request.EventId, old.Sha256, cancellationToken) is { } earlier)
        {
            return earlier;
        }
        Preconditions.NotTrashed(document);
        Preconditions.Match(document, request.IfMatch);
        if (old.Sha256 == document.Head.Sha256 && !Ids.MayRepeat(request.EventId))
        {
            return await appender.UnchangedAsync(document, cancellationToken);
        }
        var claim = new ContentClaim(old.Sha256, old.Size, old.MediaType, old.FileName);
        return await appender.AppendAsync(
            document, new VersionAdded(document.Id, claim, BasedOn: document.Head.Number, RestoredFrom: old.Number),
            request.EventId, request.Caller, request.Wait, cancellationToken);
    }
}

internal static class RestoreVersionEndpoint
{
    public static void MapRestoreVersion(this IEndpointRouteBuilder routes) => routes
        .MapPost("/documents/{id:guid}/versions/{number:int}/restore", async (Caller caller, Guid id, int number, HttpRequest http, Ids ids, IMediator mediator, CancellationToken cancel) =>
            (await mediator.Send(new RestoreVersion(caller, http.EventId(caller.UserId, ids), id, number, http.IfMatch(), Wait: !http.PrefersAsync()), cancel))
            .Answer(http.HttpContext.Response))
        .Produces<VersionResponse>(201).Produces<VersionResponse>(200).Produces(202).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412)
        .WithName("RestoreVersion").WithSummary("Adds an old version's bytes as the newest version; 200 when they are the newest already.");
}
