using System.Collections.Frozen;
using System.Data;
using System.Globalization;
using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;
using Npgsql;

namespace Kilo.Engines.Cluster.Postgres.Relational;

/// <summary>
/// One statement that somebody wrote: in a transaction that only reads, as a role that may read the published views and nothing else, with a limit on its time. It is the inner part of a SELECT of ours,
/// so that nothing but a query is grammatical.
/// </summary>
internal sealed class PostgresSql(PostgresServer server, RelationalModel model)
{
    private const int LongestValue = 1_000_000;
    private const long MostCharacters = 32L << 20;
    private static readonly TimeSpan Beyond = TimeSpan.FromSeconds(5);

    private static readonly FrozenSet<string> Functions = SqlGuard.Words(
        "date_trunc date_part to_char now age make_date make_interval to_date to_timestamp timezone greatest least floor ceil ceiling power sqrt ln log mod sign exp concat concat_ws left right strpos split_part "
        + "initcap char_length octet_length percentile_cont percentile_disc mode stddev stddev_pop stddev_samp variance var_pop var_samp corr bool_and bool_or every grouping width_bucket generate_series "
        + "timestamp timestamptz time");

    /// <summary>The role that statements run as.</summary>
    public static string Role(string schema) => $"kilo_{schema}_reader";

    /// <summary>What makes the role, for a script or a person.</summary>
    public static string SetUp(string schema) =>
        $"CREATE ROLE {Role(schema)} NOLOGIN; GRANT {Role(schema)} TO CURRENT_USER; GRANT USAGE ON SCHEMA {schema} TO {Role(schema)}; GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {Role(schema)};";

    public async Task<SqlAnswer> AskAsync(SqlQuestion question, CancellationToken cancel)
    {
        var sql = SqlGuard.Check(question.Sql, model, Functions);
        var limited = string.Create(CultureInfo.InvariantCulture, $"SELECT * FROM ({sql}\n) AS asked LIMIT {question.MaxRows + 1}");
        try
        {
            await using var connection = await server.Source.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await BoundAsync(transaction, question, cancel);
            await using var command = new NpgsqlCommand(question.Explain ? $"EXPLAIN {limited}" : limited, connection, transaction)
            {
                // The server's own limit comes first; this is for one that does not answer any more.
                CommandTimeout = (int)(question.Timeout + Beyond).TotalSeconds,
            };
            try
            {
                return await ReadAsync(command, question, cancel);
            }
            finally
            {
                // Ends the role and the limits with it, whatever became of the statement.
                await transaction.RollbackAsync(CancellationToken.None);
            }
        }
        catch (PostgresException e)
        {
            throw Fault(e, question, cancel);
        }
        catch (Exception e) when (PostgresServer.IsUnavailable(e))
        {
            cancel.ThrowIfCancellationRequested();
            throw new ViewsUnavailableException("The views could not be read.", e);
        }
    }

    private async Task BoundAsync(NpgsqlTransaction transaction, SqlQuestion question, CancellationToken cancel)
    {
        var bounds = string.Create(CultureInfo.InvariantCulture, $"""
            SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = {(long)question.Timeout.TotalMilliseconds}; SET LOCAL lock_timeout = '2s'; SET LOCAL work_mem = '16MB';
            SET LOCAL search_path = {model.Schema}; SET LOCAL standard_conforming_strings = on; SET LOCAL timezone = 'UTC'; SET LOCAL ROLE {Role(model.Schema)}
            """);
        await using var command = new NpgsqlCommand(bounds, transaction.Connection, transaction);
        try
        {
            await command.ExecuteNonQueryAsync(cancel);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidParameterValue or PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new SqlFaultException(SqlFault.NotSetUp, $"The database has no role for reports yet, and Kilo may not create one. Somebody who may has to run: {SetUp(model.Schema)}", e);
        }
    }

    private static async Task<SqlAnswer> ReadAsync(NpgsqlCommand command, SqlQuestion question, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancel);
        var columns = Enumerable.Range(0, reader.FieldCount).Select(i => new SqlColumn(question.Explain ? "plan" : reader.GetName(i), TypeOf(reader.GetDataTypeName(i)))).ToArray();
        var (rows, characters) = (new List<object?[]>(), 0L);
        while (await reader.ReadAsync(cancel))
        {
            var row = new object?[columns.Length];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = await ValueAsync(reader, i, columns[i], cancel);
                characters += (row[i] as string)?.Length ?? 0;
            }
            if ((rows.Count >= question.MaxRows || characters > MostCharacters) && !question.Explain)
            {
                return new SqlAnswer(columns, rows, true);
            }
            rows.Add(row);
        }
        return new SqlAnswer(columns, rows, false);
    }

    private static async ValueTask<object?> ValueAsync(NpgsqlDataReader reader, int column, SqlColumn of, CancellationToken cancel)
    {
        if (await reader.IsDBNullAsync(column, cancel))
        {
            return null;
        }
        if (of.Type == "text")
        {
            using var text = await reader.GetTextReaderAsync(column, cancel);
            var buffer = new char[4_096];
            var value = new System.Text.StringBuilder();
            while (await text.ReadAsync(buffer, cancel) is > 0 and var read)
            {
                if (value.Length + read > LongestValue)
                {
                    throw new SqlFaultException(SqlFault.Invalid, $"A value of {of.Name} has more than {LongestValue} characters. Take a part of it with left().");
                }
                value.Append(buffer, 0, read);
            }
            return value.ToString();
        }
        try
        {
            return reader.GetValue(column) switch
            {
                DateTime time => time.ToUniversalTime().ToString(RelationalRow.TimeFormat, CultureInfo.InvariantCulture),
                Guid id => id.ToString(),
                bool flag => flag,
                double number when !double.IsFinite(number) => number.ToString(CultureInfo.InvariantCulture),
                float number when !float.IsFinite(number) => number.ToString(CultureInfo.InvariantCulture),
                (long or int or short or decimal or double or float) and var number => number,
                var other => Convert.ToString(other, CultureInfo.InvariantCulture),
            };
        }
        catch (Exception e) when (e is InvalidCastException or NotSupportedException or OverflowException)
        {
            throw new SqlFaultException(SqlFault.Invalid, $"The type of {of.Name} cannot be shown. Write {of.Name}::text.", e);
        }
    }

    private static SqlFaultException Fault(PostgresException e, SqlQuestion question, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return e.SqlState switch
        {
            PostgresErrorCodes.QueryCanceled => new(SqlFault.TooSlow, $"The statement took longer than {question.Timeout.TotalSeconds:0.#} s.", e),
            PostgresErrorCodes.InsufficientPrivilege => new(SqlFault.Refused, $"Only the published tables can be read: {e.MessageText}.", e),
            PostgresErrorCodes.ReadOnlySqlTransaction => new(SqlFault.Refused, "Only statements that read are carried out.", e),
            PostgresErrorCodes.InvalidSchemaName => new(SqlFault.NotSetUp, "Nothing was folded yet.", e),
            // Memory, and what is larger than any value may be.
            PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.ProgramLimitExceeded or PostgresErrorCodes.InternalError => new(SqlFault.TooLarge, Sentence(e), e),
            // Syntax and names, values, limits of the program: what the person wrote.
            ['4', '2', ..] or ['2', '2', ..] or ['2', '1', ..] or ['5', '4', ..] or ['0', 'A', ..] => new(SqlFault.Invalid, Sentence(e), e),
            _ => throw new ViewsUnavailableException("The views could not be read.", e),
        };
    }

    private static string Sentence(PostgresException e) =>
        $"{char.ToUpperInvariant(e.MessageText[0])}{e.MessageText[1..]}.{(string.IsNullOrEmpty(e.Hint) ? "" : " " + e.Hint)}";

    private static string TypeOf(string type) => type switch
    {
        "uuid" => "id",
        "bigint" or "integer" or "smallint" or "double precision" or "real" => "number",
        "boolean" => "flag",
        "timestamp with time zone" or "timestamp without time zone" => "time",
        _ when type.StartsWith("numeric", StringComparison.Ordinal) => "number",
        _ when type.StartsWith("text", StringComparison.Ordinal) || type.StartsWith("character", StringComparison.Ordinal) || type == "name" => "text",
        _ => "other",
    };
}
