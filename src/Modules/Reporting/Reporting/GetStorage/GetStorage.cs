using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Relational;
using Kilo.Reporting.Rules;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Reporting.GetStorage;

/// <summary>What is stored, and what sharing equal contents saves.</summary>
internal sealed record GetStorage : IQuery<StorageResponse>;

/// <summary>What is stored.</summary>
/// <param name="LogicalBytes">Of all versions, each counted in full.</param>
/// <param name="StoredBytes">Of their contents, each counted once.</param>
/// <param name="SavedBytes">The difference.</param>
/// <param name="SharedContents">Contents that several versions have.</param>
/// <param name="MediaTypes">By media type, those with the most bytes first.</param>
internal sealed record StorageResponse(long LogicalBytes, long StoredBytes, long SavedBytes, long SharedContents, IReadOnlyList<MediaTypeItem> MediaTypes);

/// <summary>What there is of a media type.</summary>
/// <param name="MediaType">As uploaders named it.</param>
/// <param name="Versions">How many versions have it.</param>
/// <param name="Bytes">Of those versions, each counted in full.</param>
internal sealed record MediaTypeItem(string MediaType, long Versions, long Bytes);

internal sealed class GetStorageHandler([FromKeyedServices(ReportingModule.ModuleName)] IRelations relations) : IRequestHandler<GetStorage, StorageResponse>
{
    public async Task<StorageResponse> Handle(GetStorage request, CancellationToken cancellationToken)
    {
        var totals = await relations.ReadAsync(
            "SELECT (SELECT sum(bytes) FROM reporting.libraries), sum((uses - 1) * size), count(*) FROM reporting.contents WHERE uses > 1", [], cancellationToken).FirstAsync(cancellationToken);
        var types = await relations.ReadAsync("SELECT media_type, versions, bytes FROM reporting.media_types ORDER BY bytes DESC, media_type", [], cancellationToken)
            .Select(r => new MediaTypeItem(r.Text(0)!, r.Number(1), r.Number(2))).ToListAsync(cancellationToken);
        return new StorageResponse(totals.Number(0), totals.Number(0) - totals.Number(1), totals.Number(1), totals.Number(2), types);
    }
}

internal static class GetStorageEndpoint
{
    private static readonly CsvColumn<MediaTypeItem>[] Columns = [new("media_type", i => i.MediaType), new("versions", i => i.Versions), new("bytes", i => i.Bytes)];

    public static void MapGetStorage(this IEndpointRouteBuilder routes) => routes
        .MapGet("/storage", async (string? format, HttpRequest request, IMediator mediator, CancellationToken cancel) =>
        {
            var storage = await mediator.Send(new GetStorage(), cancel);
            return ReportList.IsCsv(request) ? await ReportList.AnswerAsync(request, "storage", storage.MediaTypes.ToAsyncEnumerable(), Columns, cancel) : TypedResults.Ok(storage);
        })
        .Produces<StorageResponse>(200, "application/json", "text/csv").ProducesProblem(400).ProducesProblem(403)
        .WithName("GetStorage").WithSummary("What is stored, and what sharing equal contents saves. For administrators.")
        .WithDescription("format=csv, or Accept: text/csv, gives the media types as CSV.");
}
