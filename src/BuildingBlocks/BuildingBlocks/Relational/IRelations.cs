namespace Kilo.BuildingBlocks.Relational;

/// <summary>
/// SQL over the published tables of a module's <see cref="RelationalModel"/>. The views' store writes them; this reads them, of the generation that is served.
/// </summary>
public interface IRelations
{
    /// <summary>
    /// Runs a statement of the module's own, and reads its rows one by one. Tables are named with the schema, parameters <c>$1</c>, <c>$2</c>, and the sign means nothing else.
    /// </summary>
    /// <param name="sql">What every engine understands.</param>
    /// <param name="values">Text, <see cref="Guid"/>, <see cref="long"/>, <see cref="bool"/>, <see cref="DateTimeOffset"/>, or null.</param>
    /// <param name="cancel">Ends it at the engine too.</param>
    /// <exception cref="Views.ViewsUnavailableException">They cannot be read now, or were never folded.</exception>
    IAsyncEnumerable<RelationalRow> ReadAsync(string sql, IReadOnlyList<object?> values, CancellationToken cancel);

    /// <summary>
    /// Runs a statement that somebody wrote, on a connection of its own that can read the published tables and nothing else: no other table or schema, no function that is not permitted, no
    /// writing, no second statement. It holds up nobody who folds.
    /// </summary>
    /// <exception cref="SqlFaultException">It is not answered; the message says why.</exception>
    /// <exception cref="Views.ViewsUnavailableException">They cannot be read now, or were never folded.</exception>
    Task<SqlAnswer> AskAsync(SqlQuestion question, CancellationToken cancel);

    /// <summary>
    /// The module's own upkeep of its tables, in one transaction, of the generation that is served; nobody folds into these tables meanwhile. Tables are written <c>{name}</c>, as in
    /// <see cref="PublishedTable.Select"/>, parameters as in <see cref="ReadAsync"/>.
    /// </summary>
    /// <param name="tables">Those that it changes, in the order of their names.</param>
    /// <param name="statements">One after the other.</param>
    /// <param name="cancel">Changes nothing.</param>
    /// <returns>How many rows each statement changed.</returns>
    /// <exception cref="Views.ViewsUnavailableException">They cannot be written now; nothing was changed.</exception>
    Task<IReadOnlyList<long>> WriteAsync(IReadOnlyList<string> tables, IReadOnlyList<RelationalStatement> statements, CancellationToken cancel);

    /// <summary>The tables that are served, as they are at this moment; whoever folds goes on meanwhile.</summary>
    /// <exception cref="Views.ViewsUnavailableException">They cannot be read now, or were never folded.</exception>
    Task<IRelationalSnapshot> SnapshotAsync(CancellationToken cancel);
}

/// <summary>The tables of one moment.</summary>
public interface IRelationalSnapshot : IAsyncDisposable
{
    /// <summary>How far each <c>topic/partition</c> was folded then: the offset behind its last event. What was never folded is not named.</summary>
    IReadOnlyDictionary<string, long> Checkpoints { get; }

    /// <summary>The rows of a table with all its columns, in the order of its key; text in the order of its UTF-8. One table at a time.</summary>
    /// <exception cref="Views.ViewsUnavailableException">They cannot be read any more.</exception>
    IAsyncEnumerable<RelationalRow> ReadAsync(RelationalTable table, CancellationToken cancel);
}

/// <summary>A statement of a module's own.</summary>
/// <param name="Sql">What every engine understands.</param>
/// <param name="Values">Of its parameters.</param>
public sealed record RelationalStatement(string Sql, IReadOnlyList<object?> Values);
