using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Relational;
using Npgsql;

namespace Kilo.Engines.Cluster.Postgres.Relational;

/// <summary>A module's rows where tables have columns. Its tables are made by migrations, by whoever folds alone and one at a time; who reads before that is told that nothing was folded yet.</summary>
internal sealed class RelationalViewStore : PostgresViewStore
{
    // An index over many rows.
    private const int MigrationSeconds = 3_600;

    private readonly PostgresServer _server;
    private readonly string _schema;
    private readonly RelationalModel _model;
    private readonly Func<CancellationToken, Task> _publish;
    private readonly SetUp _published = new();

    /// <param name="server">The database.</param>
    /// <param name="log">What is folded.</param>
    /// <param name="schema">Where the tables are.</param>
    /// <param name="tables">Those of the module, with columns or without.</param>
    /// <param name="model">Those of them that have columns.</param>
    /// <param name="listen">Begins to hear what others fold.</param>
    /// <param name="publish">Publishes the tables, if these are served: done before the first batch.</param>
    public RelationalViewStore(
        PostgresServer server, IEventLog log, string schema, IEnumerable<string> tables, RelationalModel model, Action listen, Func<CancellationToken, Task> publish)
        : base(server, log, schema, tables.ToDictionary(t => t, t => model.Tables.FirstOrDefault(r => r.Name == t) is { } table ? new PostgresColumns(schema, table) : Wide(schema, t)), listen) =>
        (_server, _schema, _model, _publish) = (server, schema, model, publish);

    protected override bool IsMadeByFoldersAlone => true;

    protected override async Task<bool> IsTableDueAsync(NpgsqlTransaction transaction, CancellationToken cancel)
    {
        await using var context = new RelationalContext(transaction, _schema, MigrationSeconds);
        return (await context.PendingAsync(_model, cancel)).Any(m => m.Creates.Count > 0);
    }

    protected override async Task MakeTablesAsync(NpgsqlTransaction transaction, CancellationToken cancel)
    {
        await base.MakeTablesAsync(transaction, cancel);
        await using var context = new RelationalContext(transaction, _schema, MigrationSeconds);
        await context.MakeAsync(_model, await context.PendingAsync(_model, cancel), cancel);
        _published.Again();
    }

    protected override async Task RunAsync(IReadOnlyList<Statement> statements, int? seconds, CancellationToken cancel)
    {
        await _published.OnceAsync(_publish, cancel);
        await using var connection = await _server.Source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var context = new RelationalContext(transaction, _schema, seconds);
        foreach (var statement in statements)
        {
            await context.RunAsync(statement, cancel);
        }
        await transaction.CommitAsync(cancel);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _published.Dispose();
    }
}
