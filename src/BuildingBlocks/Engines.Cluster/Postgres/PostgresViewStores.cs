using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;
using Kilo.Engines.Cluster.Postgres.Relational;
using Npgsql;

namespace Kilo.Engines.Cluster.Postgres;

/// <summary>A schema per module and generation; a table beside them names the generation that is served. Listens for what other processes fold.</summary>
internal sealed class PostgresViewStores(PostgresServer server, IEventLog log, RelationalModel? relations = null) : ViewGenerations(TimeSpan.FromSeconds(1))
{
    /// <summary>Where a batch says how far it got: <c>schema source next</c>.</summary>
    public const string Channel = "kilo_views";

    private const string Serving = "kilo.serving";

    private static readonly TimeSpan ListenAgain = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, PostgresViewStore> _bySchema = [];
    private readonly CancellationTokenSource _stop = new();
    private bool _listening;

    protected override ValueTask<int> ServingAsync(string module, CancellationToken cancel) => TryAsync(async () =>
    {
        try
        {
            await using var select = server.Source.CreateCommand($"SELECT generation FROM {Serving} WHERE module=$1");
            select.Parameters.Add(new NpgsqlParameter<string> { TypedValue = module });
            return await select.ExecuteScalarAsync(cancel) as int? ?? 0;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            // The first to ask. Where the table was missing, the server would log an error each time somebody looks.
            await using var setUp = server.Source.CreateCommand(
                PostgresServer.SetUp("kilo", $"CREATE TABLE IF NOT EXISTS {Serving}(module text PRIMARY KEY, generation integer NOT NULL);"));
            await setUp.ExecuteNonQueryAsync(cancel);
            return 0;
        }
    });

    protected override IViewStore OpenGeneration(string module, int generation, IReadOnlyCollection<string> tables)
    {
        var schema = SchemaOf(module, generation);
        lock (_bySchema)
        {
            return _bySchema[schema] = relations is null
                ? new PostgresViewStore(server, log, schema, tables, Listen)
                : new RelationalViewStore(server, log, schema, tables, relations, Listen, async cancel =>
                {
                    if (await ServingAsync(module, cancel) == generation)
                    {
                        await PublishAsync(module, generation, cancel);
                    }
                });
        }
    }

    protected override async Task ServeAsync(string module, int generation, CancellationToken cancel) => await TryAsync(async () =>
    {
        await using var put = server.Source.CreateCommand($"INSERT INTO {Serving} VALUES($1, $2) ON CONFLICT (module) DO UPDATE SET generation=excluded.generation");
        put.Parameters.Add(new NpgsqlParameter<string> { TypedValue = module });
        put.Parameters.Add(new NpgsqlParameter<int> { TypedValue = generation });
        await put.ExecuteNonQueryAsync(cancel);
        return await PublishAsync(module, generation, cancel);
    });

    // Views under names that stay, over the tables of the generation that is served: in one statement, from one read to the next. Whoever may read them need not be let near the tables.
    private async Task<int> PublishAsync(string module, int generation, CancellationToken cancel)
    {
        if (relations is null)
        {
            return 0;
        }
        var (schema, from) = (relations.Schema, SchemaOf(module, generation));
        var statements = new StringBuilder();
        foreach (var published in relations.Published)
        {
            var select = PostgresColumns.Named(published.Select, from, relations);
            select = relations.Published.Aggregate(select, (sql, before) => sql.Replace($"{{{before.Name}}}", $"{schema}.\"{before.Name}\"", StringComparison.Ordinal));
            statements.Append(CultureInfo.InvariantCulture, $"CREATE VIEW {schema}.\"{published.Name}\"({string.Join(", ", published.Columns.Select(c => c.Name))}) AS {select};\n");
            statements.Append(CultureInfo.InvariantCulture, $"COMMENT ON VIEW {schema}.\"{published.Name}\" IS {Quoted(published.Meaning)};\n");
            foreach (var column in published.Columns)
            {
                statements.Append(CultureInfo.InvariantCulture, $"COMMENT ON COLUMN {schema}.\"{published.Name}\".{column.Name} IS {Quoted(column.Meaning)};\n");
            }
        }
        var reader = PostgresSql.Role(schema);
        var mark = $"{from} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(statements.ToString())))[..16]}";
        await using var publish = server.Source.CreateCommand(PostgresServer.SetUp(schema, $"""
            IF obj_description(to_regnamespace('{schema}'), 'pg_namespace') IS DISTINCT FROM '{mark}'
                OR (SELECT count(*) FROM pg_views WHERE schemaname = '{schema}') <> {relations.Published.Count} THEN
                {string.Join(' ', relations.Published.Reverse().Select(p => $"DROP VIEW IF EXISTS {schema}.\"{p.Name}\" CASCADE;"))}
                {statements}
                COMMENT ON SCHEMA {schema} IS '{mark}';
            END IF;
            -- Where this may not be done, somebody else has to: who asks is told what.
            BEGIN
                IF to_regrole('{reader}') IS NULL THEN
                    CREATE ROLE {reader} NOLOGIN;
                END IF;
                IF NOT pg_has_role(current_user, '{reader}', 'MEMBER') THEN
                    GRANT {reader} TO CURRENT_USER;
                END IF;
            EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
                NULL;
            END;
            IF to_regrole('{reader}') IS NOT NULL THEN
                GRANT USAGE ON SCHEMA {schema} TO {reader};
                GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {reader};
            END IF;
            """));
        return await publish.ExecuteNonQueryAsync(cancel);
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    protected override async Task DropAsync(string module, int generation, CancellationToken cancel) => await TryAsync(async () =>
    {
        await using var drop = server.Source.CreateCommand($"DROP SCHEMA IF EXISTS {SchemaOf(module, generation)} CASCADE");
        return await drop.ExecuteNonQueryAsync(cancel);
    });

    /// <summary>Where the tables of the generation that is served are.</summary>
    public async ValueTask<string> SchemaAsync(string module, CancellationToken cancel) => SchemaOf(module, await ServingAsync(module, cancel));

    private static string SchemaOf(string module, int generation) =>
        generation == 0 ? "kilo_" + module : string.Create(CultureInfo.InvariantCulture, $"kilo_{module}_{generation}");

    private static async ValueTask<TResult> TryAsync<TResult>(Func<Task<TResult>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (PostgresServer.IsUnavailable(e))
        {
            throw new ViewsUnavailableException("The generations of the views could not be asked for.", e);
        }
    }

    // From the first wait on: a process that only folds needs no connection for it.
    private void Listen()
    {
        lock (_bySchema)
        {
            if (!_listening && !_stop.IsCancellationRequested)
            {
                _listening = true;
                _ = Task.Run(() => ListenAsync(_stop.Token));
            }
        }
    }

    private async Task ListenAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = server.Beside();
                connection.Notification += (_, notification) => Raise(notification.Payload);
                await connection.OpenAsync(stop);
                await using (var listen = new NpgsqlCommand("LISTEN " + Channel, connection))
                {
                    await listen.ExecuteNonQueryAsync(stop);
                }
                while (true)
                {
                    await connection.WaitAsync(stop);
                }
            }
            catch (Exception)
            {
                // Who waits also looks from time to time: it only takes a little longer until somebody listens again.
                await Task.Delay(ListenAgain, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Raise(string payload)
    {
        if (payload.Split(' ') is [var schema, var source, var next] && long.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            PostgresViewStore? store;
            lock (_bySchema)
            {
                _bySchema.TryGetValue(schema, out store);
            }
            store?.Raise(source, value);
        }
    }

    protected override void Dispose(bool disposing)
    {
        lock (_bySchema)
        {
            _stop.Cancel();
        }
        base.Dispose(disposing);
    }
}
