using System.Globalization;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.People;
using Kilo.Documents.Rules;
using Kilo.Documents.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.GetTimeline;

/// <summary>Who did what to a document, and when; the newest first.</summary>
internal sealed record GetTimeline(Caller Caller, Guid DocumentId, int? Limit, string? Cursor) : IQuery<Page<TimelineResponse>>;

/// <summary>One thing that happened.</summary>
/// <param name="Action"><c>added</c>, <c>version-added</c>, <c>version-restored</c>, <c>changed</c>, <c>trashed</c>, <c>restored</c>.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Version">The version that came to be.</param>
/// <param name="Title">The new title, where it changed.</param>
/// <param name="Folder">The new folder, where it changed.</param>
/// <param name="Tags">The new tags, where they changed.</param>
internal sealed record TimelineResponse(
    string Action, DateTimeOffset At, PersonResponse Actor, int? Version, string? Title, string? Folder, IReadOnlyList<string>? Tags);

internal sealed class GetTimelineHandler(DocumentsReader reader) : IRequestHandler<GetTimeline, Page<TimelineResponse>>
{
    public async Task<Page<TimelineResponse>> Handle(GetTimeline request, CancellationToken cancellationToken)
    {
        var document = await reader.DocumentAsync(request.Caller, request.DocumentId, cancellationToken);
        var scope = $"timeline {document.Id}";
        var (limit, before) = (Paging.Limit(request.Limit), Paging.Read(request.Cursor, scope));
        var rows = await TimelineView.Table.SliceAsync(
            reader.Views.Store, document.Id.ToString(), "", before, limit + 1, cancellationToken, descending: true);
        var names = reader.Names();
        var items = new List<TimelineResponse>();
        foreach (var (_, row, _) in rows.Take(limit))
        {
            items.Add(new TimelineResponse(row.Action, row.At, await names.OfAsync(row.Actor, cancellationToken), row.Version, row.Title, row.Folder, row.Tags));
        }
        return new Page<TimelineResponse>(items, rows.Count > limit ? Paging.Write(scope, rows[limit - 1].Sort) : null);
    }
}

internal static class GetTimelineEndpoint
{
    public static void MapGetTimeline(this IEndpointRouteBuilder routes) => routes
        .MapGet("/documents/{id:guid}/timeline", async (Caller caller, Guid id, int? limit, string? cursor, IMediator mediator, CancellationToken cancel) =>
            TypedResults.Ok(await mediator.Send(new GetTimeline(caller, id, limit, cursor), cancel)))
        .WithName("GetTimeline").WithSummary("Who did what to a document, and when; the newest first.");
}

/// <summary>One thing that happened to a document.</summary>
internal sealed record TimelineRow(
    string Action, DateTimeOffset At, Guid Actor, int? Version = null, string? Title = null, string? Folder = null, IReadOnlyList<string>? Tags = null);

/// <summary>Every document's history. Partition: the document; sort key: the event's offset.</summary>
internal static class TimelineView
{
    public static ViewTable<TimelineRow> Table { get; } = new("timeline", RowsJson.Default.TimelineRow);

    public static async ValueTask FoldAsync(Transition t, ViewSession session, CancellationToken cancel)
    {
        if (t.After.Purged)
        {
            foreach (var (sort, _) in await session.SliceAsync(Table, t.Id, "", null, cancel))
            {
                session.Delete(Table, t.Id, sort);
            }
            return;
        }
        session.Put(Table, t.Id, t.Position.Offset.ToString("D19", CultureInfo.InvariantCulture), new TimelineRow(
            t.Action, t.Envelope.Time, t.Envelope.Actor, t.Added?.Number,
            t.Before?.Title == t.After.Title ? null : t.After.Title,
            t.Before?.Folder == t.After.Folder ? null : t.After.Folder,
            ReferenceEquals(t.Before?.Tags, t.After.Tags) || (t.Before is null && t.After.Tags.Count == 0) ? null : t.After.Tags));
    }
}
