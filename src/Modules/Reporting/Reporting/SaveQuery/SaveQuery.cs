using FluentValidation;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;
using Kilo.Reporting.Runs;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Reporting.SaveQuery;

/// <summary>Saves a statement under a name, or changes one. It is not run.</summary>
internal sealed record SaveQuery(Guid Caller, Guid Id, string Name, string Sql) : ICommand<LogPosition>;

internal sealed class SaveQueryValidator : AbstractValidator<SaveQuery>
{
    private const int LongestName = 100;

    public SaveQueryValidator()
    {
        RuleFor(q => q.Name).Must(n => !string.IsNullOrWhiteSpace(n) && n.Length <= LongestName && !n.Any(char.IsControl))
            .WithErrorCode("invalid-name").WithMessage($"A name has 1 to {LongestName} characters and no control characters.");
        RuleFor(q => q.Sql).Must(s => !string.IsNullOrWhiteSpace(s) && s.Length <= SqlGuard.LongestSql && !s.Contains('\0'))
            .WithErrorCode("sql-invalid").WithMessage($"A statement has 1 to {SqlGuard.LongestSql} characters.");
    }
}

internal sealed class SaveQueryHandler(EventPublisher publisher, Ids ids, [FromKeyedServices(ReportingModule.ModuleName)] ModuleViews views) : IRequestHandler<SaveQuery, LogPosition>
{
    public async Task<LogPosition> Handle(SaveQuery request, CancellationToken cancellationToken)
    {
        var appended = await publisher.AppendAsync(new QuerySaved(request.Id, request.Name.Trim(), request.Sql), ids.New(), request.Caller, cancellationToken);
        await views.WaitForAsync(appended.Position, cancellationToken);
        return appended.Position;
    }
}

/// <summary>A statement to save.</summary>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="Sql">The statement.</param>
internal sealed record SaveQueryRequest(string Name, string Sql);

internal static class SaveQueryEndpoint
{
    public static void MapSaveQuery(this IEndpointRouteBuilder routes) => routes
        .MapPut("/queries/{id:guid}", async (Guid id, SaveQueryRequest body, Caller caller, IMediator mediator, HttpResponse response, CancellationToken cancel) =>
        {
            Positions.Answer(response, await mediator.Send(new SaveQuery(caller.UserId, id, body.Name, body.Sql), cancel));
            return TypedResults.NoContent();
        })
        .Produces(204).ProducesProblem(400).ProducesProblem(403)
        .WithName("SaveQuery").WithSummary("Saves a statement under a name, for every administrator. For administrators.").WithDescription("The id is the caller's choice; saved again under the same id it is changed.");
}
