using System.Globalization;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.ListVersions;
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
        // Versions are things that happened, too. Both views are in log order; a version's stamp is its event's offset.
        var versions = await VersionsView.Table.SliceAsync(store, id, "", place?[0], limit + 1, cancellationToken, descending: true);
        var others = await TimelineView.Table.SliceAsync(store, id, "", place?[1], limit + 1, cancellationToken, descending: true);
        var page = versions.Select(v => (v.Stamp, Row: TimelineView.Of(v.Row), Version: v.Sort, Other: (string?)null))
            .Concat(others.Select(o => (o.Stamp, o.Row, Version: (string)null!, Other: (string?)o.Sort)))
            .OrderByDescending(e => e.Stamp).Take(limit).ToList();

        var names = reader.Names();
        var items = new List<TimelineResponse>();
        foreach (var (_, row, _, _) in page)
        {
            items.Add(new TimelineResponse(row.Action, row.At, await names.OfAsync(row.Actor, cancellationToken), row.Version, row.Title, row.Folder, row.Tags));
        }
        var next = versions.Count + others.Count > page.Count
            ? $"{page.LastOrDefault(e => e.Version is not null).Version ?? place?[0] ?? VersionsView.AfterAll} {page.LastOrDefault(e => e.Other is not null).Other ?? place?[1] ?? TimelineView.AfterAll}"
            : null;
        return new Page<TimelineResponse>(items, next is null ? null : Paging.Write(scope, next));
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

/// <summary>What happened to documents beside their versions. Partition: the document; sort key: the event's offset.</summary>
internal static class TimelineView
{
    /// <summary>Behind every sort key.</summary>
    public const string AfterAll = "a";

    public static ViewTable<TimelineRow> Table { get; } = new("timeline", RowsJson.Default.TimelineRow);

    /// <summary>A version as something that happened.</summary>
    public static TimelineRow Of(VersionRow version) => new(
        version.Number == 1 ? "added" : version.RestoredFrom is null ? "version-added" : "version-restored", version.CreatedAt, version.AuthorId, version.Number);

    public static async ValueTask FoldAsync(Transition t, ViewSession session, CancellationToken cancel)
    {
        if (t.After.Purged)
        {
            foreach (var (sort, _) in await session.SliceAsync(Table, t.Id, "", null, cancel))
            {
                session.Delete(Table, t.Id, sort);
            }
        }
        else if (t.Added is null)
        {
            session.Put(Table, t.Id, t.Position.Offset.ToString("D19", CultureInfo.InvariantCulture), new TimelineRow(
                t.Action!, t.Envelope.Time, t.Envelope.Actor, null,
                t.Before?.Title == t.After.Title ? null : t.After.Title,
                t.Before?.Folder == t.After.Folder ? null : t.After.Folder,
                ReferenceEquals(t.Before?.Tags, t.After.Tags) ? null : t.After.Tags));
        }
    }
}
