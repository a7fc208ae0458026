using System.Globalization;
using System.Text;
using Kilo.BuildingBlocks.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Kilo.Reporting.Rules;

/// <summary>A list.</summary>
/// <param name="Items">In order.</param>
/// <param name="Next">Always null: what is beyond the limit is in the CSV.</param>
internal sealed record ReportPage<TItem>(IReadOnlyList<TItem> Items, string? Next);

/// <summary>A column of a list as CSV.</summary>
internal sealed record CsvColumn<TItem>(string Name, Func<TItem, object?> Value);

/// <summary>Lists of reports: a page as JSON, or all of it as CSV, written while it is read.</summary>
internal static class ReportList
{
    private const int UsualLimit = 100;
    private const int MostLimit = 1_000;
    private const string MediaType = "text/csv";

    /// <summary>What the parameters mean, for the description of the API.</summary>
    public const string Meaning = "format=csv, or Accept: text/csv, gives all of the list as CSV; limit is 1 to 1000, of JSON 100 where it is left out.";

    /// <summary>How many rows are read; as CSV all, unless it was limited.</summary>
    /// <exception cref="Problem">400: it is too small or too large, or there is no such format.</exception>
    public static int Limit(HttpRequest request, int? asked) => asked switch
    {
        null => IsCsv(request) ? int.MaxValue : UsualLimit,
        >= 1 and <= MostLimit => asked.Value,
        _ => throw new Problem(400, "invalid-limit", $"limit must be between 1 and {MostLimit}. As CSV the list has no limit when it is left out."),
    };

    /// <summary>The list in the form that was asked for.</summary>
    /// <param name="request">Which says so.</param>
    /// <param name="name">Of the file.</param>
    /// <param name="items">Read once.</param>
    /// <param name="columns">Of the CSV.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<IResult> AnswerAsync<TItem>(HttpRequest request, string name, IAsyncEnumerable<TItem> items, CsvColumn<TItem>[] columns, CancellationToken cancel) =>
        IsCsv(request) ? new CsvResult<TItem>(name, items, columns) : TypedResults.Ok(new ReportPage<TItem>(await items.ToListAsync(cancel), null));

    /// <summary>True when CSV was asked for.</summary>
    /// <exception cref="Problem">400: there is no such format.</exception>
    public static bool IsCsv(HttpRequest request) => request.Query["format"].ToString() switch
    {
        "csv" => true,
        "json" => false,
        "" => request.Headers.Accept.ToString().StartsWith(MediaType, StringComparison.OrdinalIgnoreCase),
        _ => throw new Problem(400, "invalid-format", "format must be csv or json."),
    };

    /// <summary>Describes a route that has a list.</summary>
    public static RouteHandlerBuilder ProducesList<TItem>(this RouteHandlerBuilder route) =>
        route.Produces<ReportPage<TItem>>(200, "application/json", MediaType).ProducesProblem(400).ProducesProblem(403);

    private sealed class CsvResult<TItem>(string name, IAsyncEnumerable<TItem> items, CsvColumn<TItem>[] columns) : IResult
    {
        private const int FlushAfter = 32 * 1024;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var (response, cancel) = (httpContext.Response, httpContext.RequestAborted);
            // The first row before the headers: what cannot be read is a problem, and no file.
            await using var rows = items.GetAsyncEnumerator(cancel);
            var more = await rows.MoveNextAsync();
            response.ContentType = $"{MediaType}; charset=utf-8; header=present";
            response.Headers.ContentDisposition = $"attachment; filename={name}.csv";
            var line = new StringBuilder();
            line.AppendJoin(',', columns.Select(c => c.Name)).Append("\r\n");
            for (; more; more = await rows.MoveNextAsync())
            {
                for (var i = 0; i < columns.Length; i++)
                {
                    Csv.Append(line, columns[i].Value(rows.Current), isFirst: i == 0);
                }
                line.Append("\r\n");
                if (line.Length > FlushAfter)
                {
                    await response.WriteAsync(line.ToString(), cancel);
                    line.Clear();
                }
            }
            await response.WriteAsync(line.ToString(), cancel);
        }
    }
}

/// <summary>Comma separated values, as RFC 4180 has them.</summary>
internal static class Csv
{
    /// <summary>The name of a column, which may be anything.</summary>
    public static string Name(string name)
    {
        var line = new StringBuilder();
        Append(line, name, isFirst: true);
        return line.ToString();
    }

    /// <summary>Appends one value. Text that a spreadsheet would take for a formula begins with an apostrophe.</summary>
    public static void Append(StringBuilder line, object? value, bool isFirst)
    {
        if (!isFirst)
        {
            line.Append(',');
        }
        var text = value switch
        {
            null => "",
            string s => s.Length > 0 && s[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + s : s,
            bool flag => flag ? "true" : "false",
            DateTimeOffset time => time.UtcDateTime.ToString(BuildingBlocks.Relational.RelationalRow.TimeFormat, CultureInfo.InvariantCulture),
            DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };
        if (text.AsSpan().IndexOfAny(",\"\r\n") < 0)
        {
            line.Append(text);
        }
        else
        {
            line.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
    }
}
