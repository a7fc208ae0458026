using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Relational;

namespace Kilo.Engines.Embedded;

/// <summary>SQL over the file of the generation that is served.</summary>
internal sealed class SqliteRelations(SqliteViewStores stores, IModule module) : IRelations
{
    private readonly string _schema = module.Relations!.Schema + ".";

    public async IAsyncEnumerable<RelationalRow> ReadAsync(string sql, IReadOnlyList<object?> values, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var store = await stores.SqlAsync(module.Name, module.AllTables(), cancel);
        // A file has no schemas.
        await foreach (var row in store.ReadAsync(Numbered(sql.Replace(_schema, "", StringComparison.Ordinal)), [.. values.Select(Stored)], cancel))
        {
            yield return row;
        }
    }

    public async Task<SqlAnswer> AskAsync(SqlQuestion question, CancellationToken cancel)
    {
        // Opened, and its tables made, if nobody has done so yet.
        var store = await stores.SqlAsync(module.Name, module.AllTables(), cancel);
        return await Task.Run(() => SqliteSql.Ask(store.Path, module.Relations!, question, cancel), cancel);
    }

    public async Task<IReadOnlyList<long>> WriteAsync(IReadOnlyList<string> tables, IReadOnlyList<RelationalStatement> statements, CancellationToken cancel)
    {
        var store = await stores.SqlAsync(module.Name, module.AllTables(), cancel);
        return store.Write([.. statements.Select(s => new RelationalStatement(Numbered(s.Sql.Replace('{', '"').Replace('}', '"')), [.. s.Values.Select(Stored)]))]);
    }

    public async Task<IRelationalSnapshot> SnapshotAsync(CancellationToken cancel) => (await stores.SqlAsync(module.Name, module.AllTables(), cancel)).Snapshot();

    // With this sign parameters have their numbers, and not those of their first occurrence. Values are never in a statement's text.
    private static string Numbered(string sql) => sql.Replace('$', '?');

    private static object? Stored(object? value) => value switch
    {
        Guid id => id.ToString(),
        DateTimeOffset time => SqliteColumns.Text(time),
        _ => value,
    };
}
