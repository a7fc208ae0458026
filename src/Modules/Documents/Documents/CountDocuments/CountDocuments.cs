using System.Globalization;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.CountDocuments;

/// <summary>How many documents there are, trash left out. Public.</summary>
internal sealed record CountDocuments : IQuery<CountResponse>;

/// <summary>A count.</summary>
internal sealed record CountResponse(long Count);

internal sealed class CountDocumentsHandler(DocumentsReader reader) : IRequestHandler<CountDocuments, CountResponse>
{
    public async Task<CountResponse> Handle(CountDocuments request, CancellationToken cancellationToken)
    {
        var rows = await CountView.Table.SliceAsync(reader.Views.Store, CountView.Live, "", null, int.MaxValue, cancellationToken);
        return new CountResponse(rows.Sum(r => r.Row.Count));
    }
}

internal static class CountDocumentsEndpoint
{
    public static void MapCountDocuments(this IEndpointRouteBuilder routes) => routes
        .MapGet("/documents/count", async (IMediator mediator, CancellationToken cancel) => TypedResults.Ok(await mediator.Send(new CountDocuments(), cancel)))
        .AllowAnonymous().WithName("CountDocuments").WithSummary("How many documents there are. Needs no sign-in.");
}

/// <summary>A running total.</summary>
internal sealed record CountRow(long Count);

/// <summary>Totals. One row per log partition, because a row belongs to one partition's events; their sum is the total.</summary>
internal static class CountView
{
    public const string Live = "live";

    public static ViewTable<CountRow> Table { get; } = new("counts", RowsJson.Default.CountRow);

    public static async ValueTask FoldAsync(Transition t, ViewSession session, CancellationToken cancel)
    {
        if (t.IsLive != t.WasLive)
        {
            var sort = t.Position.Partition.ToString("D5", CultureInfo.InvariantCulture);
            var before = await session.GetAsync(Table, Live, sort, cancel);
            session.Put(Table, Live, sort, new CountRow((before?.Count ?? 0) + (t.IsLive ? 1 : -1)));
        }
    }
}
