using Kilo.BuildingBlocks.Cqrs;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Reporting.Retention;

/// <summary>What will be pruned: a dry run.</summary>
internal sealed record GetRetention : IQuery<RetentionResponse>;

/// <summary>How long detail is kept, and what would be pruned now.</summary>
/// <param name="DetailDays">Days for which there is detail at least.</param>
/// <param name="Before">Whole months before this are kept as totals.</param>
/// <param name="ActivityRows">Rows of activity that would be put together.</param>
/// <param name="Downloads">Single downloads that would go; their numbers stay.</param>
internal sealed record RetentionResponse(double DetailDays, DateTimeOffset Before, long ActivityRows, long Downloads);

internal sealed class GetRetentionHandler(Pruner pruner, ReportingOptions options) : IRequestHandler<GetRetention, RetentionResponse>
{
    public async Task<RetentionResponse> Handle(GetRetention request, CancellationToken cancellationToken)
    {
        var prunable = await pruner.LookAsync(cancellationToken);
        return new RetentionResponse(options.DetailAge.TotalDays, prunable.Before, prunable.ActivityRows, prunable.Downloads);
    }
}

internal static class GetRetentionEndpoint
{
    public static void MapGetRetention(this IEndpointRouteBuilder routes) => routes
        .MapGet("/retention", async (IMediator mediator, CancellationToken cancel) => TypedResults.Ok(await mediator.Send(new GetRetention(), cancel)))
        .ProducesProblem(403).WithName("GetRetention").WithSummary("How long detail is kept, and what would be pruned now: a dry run. For administrators.")
        .WithDescription("The aggregator prunes once a day.");
}
