using System.Diagnostics;
using FluentValidation;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Relational;
using Kilo.Reporting.Rules;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kilo.Reporting.AskSql;

/// <summary>Runs a statement that an administrator wrote.</summary>
internal sealed record AskSql(Guid Caller, AskSqlRequest Request) : IQuery<SqlResponse>;

/// <summary>A statement to run.</summary>
/// <param name="Sql">One statement that reads: SELECT, WITH or VALUES.</param>
/// <param name="Id">Names it, so that it can be cancelled while it runs.</param>
/// <param name="MaxRows">1 to 10,000; 1,000 where it is left out.</param>
/// <param name="TimeoutSeconds">1 to 60; 10 where it is left out.</param>
/// <param name="Explain">True: how it would be carried out, instead of carrying it out.</param>
internal sealed record AskSqlRequest(string Sql, Guid? Id = null, int? MaxRows = null, int? TimeoutSeconds = null, bool Explain = false);

/// <summary>What it answered.</summary>
/// <param name="Id">The statement's.</param>
/// <param name="Columns">In their order.</param>
/// <param name="Rows">Text, numbers, true, false and null; ids and times as text.</param>
/// <param name="IsTruncated">True: there are more rows.</param>
/// <param name="ElapsedMs">Milliseconds that it took.</param>
internal sealed record SqlResponse(Guid Id, IReadOnlyList<SqlColumn> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows, bool IsTruncated, long ElapsedMs);

internal sealed class AskSqlValidator : AbstractValidator<AskSql>
{
    public const int MostRows = 10_000;
    public const int MostSeconds = 60;

    public AskSqlValidator()
    {
        RuleFor(a => a.Request.Sql).NotEmpty().WithErrorCode("sql-invalid").WithMessage("The statement is empty.");
        RuleFor(a => a.Request.MaxRows).InclusiveBetween(1, MostRows).WithErrorCode("invalid-limit").WithMessage($"maxRows must be between 1 and {MostRows}.");
        RuleFor(a => a.Request.TimeoutSeconds).InclusiveBetween(1, MostSeconds).WithErrorCode("invalid-timeout").WithMessage($"timeoutSeconds must be between 1 and {MostSeconds}.");
    }
}

internal sealed class AskSqlHandler([FromKeyedServices(ReportingModule.ModuleName)] IRelations relations, RunningSql running, Ids ids, ILogger<AskSqlHandler> logger)
    : IRequestHandler<AskSql, SqlResponse>
{
    private const int UsualRows = 1_000;
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);

    public async Task<SqlResponse> Handle(AskSql request, CancellationToken cancellationToken)
    {
        var (asked, id) = (request.Request, request.Request.Id ?? ids.New());
        using var run = running.Begin(id, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var outcome = "answered";
        try
        {
            var answer = await relations.AskAsync(
                new SqlQuestion(asked.Sql, asked.MaxRows ?? UsualRows, asked.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Usual, asked.Explain), run.Cancelled);
            return new SqlResponse(id, answer.Columns, answer.Rows, answer.IsTruncated, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (SqlFaultException fault)
        {
            outcome = fault.Fault.ToString();
            throw fault.Fault switch
            {
                SqlFault.Refused => new Problem(400, "sql-refused", fault.Message),
                SqlFault.Invalid => new Problem(400, "sql-invalid", fault.Message),
                SqlFault.TooSlow => new Problem(422, "sql-too-slow", $"{fault.Message} Ask for less, or allow more time: timeoutSeconds may be up to {AskSqlValidator.MostSeconds}."),
                SqlFault.TooLarge => new Problem(422, "sql-too-large", $"{fault.Message} Ask for less at a time."),
                _ => new Problem(503, "sql-not-set-up", fault.Message),
            };
        }
        catch (OperationCanceledException) when (run.Cancelled.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            outcome = "cancelled";
            throw new Problem(409, "sql-cancelled", "The statement was cancelled.");
        }
        finally
        {
            logger.LogInformation("{User} asked by SQL, {Outcome} in {Elapsed}: {Sql}", request.Caller, outcome, Stopwatch.GetElapsedTime(started), asked.Sql);
        }
    }
}

internal static class AskSqlEndpoint
{
    public static void MapAskSql(this IEndpointRouteBuilder routes) => routes
        .MapPost("/sql", async (AskSqlRequest body, Caller caller, string? format, HttpRequest request, IMediator mediator, CancellationToken cancel) =>
        {
            var isCsv = ReportList.IsCsv(request);
            var answer = await mediator.Send(new AskSql(caller.UserId, body), cancel);
            return isCsv
                ? await ReportList.AnswerAsync(request, "answer", answer.Rows.ToAsyncEnumerable(),
                    [.. answer.Columns.Select((column, i) => new CsvColumn<IReadOnlyList<object?>>(Csv.Name(column.Name), row => row[i]))], cancel)
                : TypedResults.Ok(answer);
        })
        .Produces<SqlResponse>(200, "application/json", "text/csv").ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503)
        .WithName("AskSql").WithSummary("Runs a statement over the published tables. For administrators.")
        .WithDescription("One statement that reads, with a limit on rows and time; GET /api/reports/schema says which tables there are. It is cancelled when the caller goes away, or by DELETE with the id that the "
            + "request gave it, sent to the same process. format=csv, or Accept: text/csv, gives CSV.");
}
