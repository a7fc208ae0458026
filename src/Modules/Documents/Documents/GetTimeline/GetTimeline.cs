using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
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
        var (store, id, scope) = (reader.Views.Store, document.Id.ToString(), $"timeline {document.Id}");
        var (limit, place) = (Paging.Limit(request.Limit), Paging.Read(request.Cursor, scope)?.Split(' '));
        // Versions are things that happened, too. Both kinds of rows are in log order, and their stamps are their events' offsets.
        var (versionKeys, otherKeys) = (DocumentPartition.VersionKeys, DocumentPartition.TimelineKeys);
        var (beforeVersion, beforeOther) = (place?[0] ?? versionKeys.To, place?[1] ?? otherKeys.To);
        var versions = await DocumentPartition.Versions.SliceAsync(store, id, versionKeys.From, beforeVersion, limit + 1, cancellationToken, descending: true);
        var others = await DocumentPartition.Timeline.SliceAsync(store, id, otherKeys.From, beforeOther, limit + 1, cancellationToken, descending: true);
        var page = versions.Select(v => (v.Stamp, v.Sort, Row: TimelineRow.Of(v.Row)))
            .Concat(others.Select(o => (o.Stamp, o.Sort, o.Row)))
            .OrderByDescending(e => e.Stamp).Take(limit).ToList();

        var names = reader.Names();
        var items = new List<TimelineResponse>();
        foreach (var (_, sort, row) in page)
        {
            items.Add(new TimelineResponse(row.Action, row.At, await names.OfAsync(row.Actor, cancellationToken), row.Version, row.Title, row.Folder, row.Tags));
            (beforeVersion, beforeOther) = row.Version is null ? (beforeVersion, sort) : (sort, beforeOther);
        }
        return new Page<TimelineResponse>(items, versions.Count + others.Count > page.Count ? Paging.Write(scope, $"{beforeVersion} {beforeOther}") : null);
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
    string Action, DateTimeOffset At, Guid Actor, int? Version = null, string? Title = null, string? Folder = null, IReadOnlyList<string>? Tags = null)
{
    /// <summary>A version as something that happened.</summary>
    public static TimelineRow Of(VersionRow version) => new(
        version.Number == 1 ? "added" : version.RestoredFrom is null ? "version-added" : "version-restored", version.CreatedAt, version.AuthorId, version.Number);

    /// <summary>What an event changed that added no version.</summary>
    public static TimelineRow Of(Transition t) => new(
        t.Action!, t.Envelope.Time, t.Envelope.Actor, null,
        t.Before?.Title == t.After.Title ? null : t.After.Title,
        t.Before?.Folder == t.After.Folder ? null : t.After.Folder,
        ReferenceEquals(t.Before?.Tags, t.After.Tags) ? null : t.After.Tags);
}
