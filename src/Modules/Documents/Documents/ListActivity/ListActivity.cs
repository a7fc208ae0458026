using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.FollowChanges;
using Kilo.Documents.Rules;
using Kilo.Documents.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.ListActivity;

/// <summary>What happened lately to the documents that the caller may see.</summary>
internal sealed record ListActivity(Caller Caller, int? Limit) : IQuery<Page<ChangeResponse>>;

internal sealed class ListActivityHandler(ChangeFeed feed, DocumentsReader reader) : IRequestHandler<ListActivity, Page<ChangeResponse>>
{
    public async Task<Page<ChangeResponse>> Handle(ListActivity request, CancellationToken cancellationToken)
    {
        var names = reader.Names();
        var items = new List<ChangeResponse>();
        foreach (var change in (await feed.RecentAsync(cancellationToken)).Where(c => Libraries.MaySee(request.Caller, c.Library)).Take(Paging.Limit(request.Limit)))
        {
            items.Add(await ChangeResponse.OfAsync(change, names, cancellationToken));
        }
        return new(items, null);
    }
}

internal static class ListActivityEndpoint
{
    public static void MapListActivity(this IEndpointRouteBuilder routes) => routes
        .MapGet("/activity", async (Caller caller, int? limit, IMediator mediator, CancellationToken cancel) =>
            TypedResults.Ok(await mediator.Send(new ListActivity(caller, limit), cancel)))
        .WithName("ListActivity").WithSummary("What happened lately to the documents that you may see, the newest first.")
        .WithDescription($"Of the newest {ChangeFeed.Kept:N0} changes of all documents, those that you may see. Older ones are in each document's timeline.");
}
