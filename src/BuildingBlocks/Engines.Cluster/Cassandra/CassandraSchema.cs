using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cassandra;

namespace Kilo.Engines.Cluster.Cassandra;

/// <summary>A table that holds one module's views, as they are folded from one log.</summary>
/// <param name="Table">Its name, with the keyspace.</param>
/// <param name="IsExact">It has been folded for exactly the view tables that were asked for, and may be folded on.</param>
internal sealed record Generation(string Table, bool IsExact);

/// <summary>
/// The keyspace, and which table holds which views. Views of another log are worth nothing, and a view table that is new has missed events: both begin a
/// new generation in a table of its own, beside the one that older processes go on with. So nobody ever sees another generation's rows, and to forget them is to drop a table.
/// </summary>
internal static class CassandraSchema
{
    // A table that somebody else creates now may be known to one node and not yet to another.
    private const int SettleAttempts = 20;
    private static readonly TimeSpan SettlePause = TimeSpan.FromMilliseconds(100);

    // The newest, and the one that processes of an older build may still go on with.
    private const int Kept = 2;

    private const int ChangeMilliseconds = 15_000;

    private sealed record Entry(int Number, Guid Id, string Epoch, IReadOnlyCollection<string> Tables);

    /// <summary>Does what may fail while others change the schema, until it has settled.</summary>
    public static async Task<TResult> SettledAsync<TResult>(Func<Task<TResult>> work, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (Exception e) when (attempt < SettleAttempts && (e is InvalidQueryException or AlreadyExistsException or ServerErrorException))
            {
                await Task.Delay(SettlePause, cancel);
            }
        }
    }

    /// <summary>The keyspace and the list of generations.</summary>
    public static async Task CreateAsync(ISession session, CassandraSettings settings)
    {
        // Who may not create keyspaces needs none to be created.
        var keyspace = await session.ExecuteAsync(new SimpleStatement("SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?", settings.Keyspace));
        if (!keyspace.Any())
        {
            await ChangeAsync(session, $"CREATE KEYSPACE IF NOT EXISTS {settings.Keyspace} WITH replication = {settings.Replication}");
        }
        await CreateTableAsync(session, settings.Keyspace, "generations",
            "module text, number int, id uuid, epoch text, tables set<text>, PRIMARY KEY (module, number)", $"CLUSTERING ORDER BY (number DESC) AND ID = '{IdOf(settings.Keyspace)}'");
    }

    /// <summary>The newest generation that is fit; a new one where there is none.</summary>
    /// <param name="session">Any.</param>
    /// <param name="keyspace">Where the views are.</param>
    /// <param name="module">Whose views.</param>
    /// <param name="tables">Its view tables.</param>
    /// <param name="epoch">The log that they are folded from.</param>
    /// <param name="toFold">One with more view tables is fit to be read, as a tool does. Folded on without them, it would miss events there.</param>
    public static async Task<Generation> OpenAsync(ISession session, string keyspace, string module, IReadOnlyCollection<string> tables, string epoch, bool toFold)
    {
        while (true)
        {
            var all = await ReadAsync(session, keyspace, module);
            var ofLog = all.Where(g => g.Epoch == epoch).ToArray();
            var exact = ofLog.FirstOrDefault(g => g.Tables.Count == tables.Count && tables.All(g.Tables.Contains));
            if ((exact ?? (toFold ? null : ofLog.FirstOrDefault(g => tables.All(g.Tables.Contains)))) is { } found)
            {
                var name = NameOf(module, found.Number);
                await CreateTableAsync(session, keyspace, name, "t text, p text, s text, body blob, next bigint, PRIMARY KEY ((t, p), s)", $"ID = '{found.Id}'");
                return new Generation($"{keyspace}.{name}", exact is not null);
            }
            var number = all.Count == 0 ? 1 : all[0].Number + 1;
            // Of those that start at the same moment one wins; the others find its generation.
            await session.ExecuteAsync(new SimpleStatement(
                $"INSERT INTO {keyspace}.generations (module, number, id, epoch, tables) VALUES (?, ?, ?, ?, ?) IF NOT EXISTS", module, number, Guid.NewGuid(), epoch, tables.ToArray()).SetIdempotence(false));
            foreach (var old in all.Skip(Kept - 1))
            {
                await ChangeAsync(session, $"DROP TABLE IF EXISTS {keyspace}.{NameOf(module, old.Number)}");
                await session.ExecuteAsync(new SimpleStatement($"DELETE FROM {keyspace}.generations WHERE module = ? AND number = ? IF EXISTS", module, old.Number).SetIdempotence(false));
            }
        }
    }

    // Newest first.
    private static async Task<List<Entry>> ReadAsync(ISession session, string keyspace, string module)
    {
        var rows = await session.ExecuteAsync(new SimpleStatement($"SELECT number, id, epoch, tables FROM {keyspace}.generations WHERE module = ?", module)
            .SetConsistencyLevel(ConsistencyLevel.LocalSerial));
        return [.. rows.Select(r => new Entry(
            r.GetValue<int>("number"), r.GetValue<Guid>("id"), r.GetValue<string>("epoch"), r.GetValue<IEnumerable<string>>("tables")?.ToHashSet() ?? []))];
    }

    private static async Task CreateTableAsync(ISession session, string keyspace, string name, string columns, string options)
    {
        var there = await session.ExecuteAsync(new SimpleStatement("SELECT table_name FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?", keyspace, name));
        if (!there.Any())
        {
            await ChangeAsync(session, $"CREATE TABLE IF NOT EXISTS {keyspace}.{name} ({columns}) WITH {options}");
        }
    }

    // Takes longer than a row does, and is not asked of a second node when the first is slow.
    private static Task<RowSet> ChangeAsync(ISession session, string cql) =>
        session.ExecuteAsync(new SimpleStatement(cql).SetIdempotence(false).SetReadTimeoutMillis(ChangeMilliseconds));

    // Starters may create it at the same moment on different nodes. With the same id, what they create is the same.
    private static Guid IdOf(string keyspace) => new(SHA256.HashData(Encoding.UTF8.GetBytes("kilo generations of " + keyspace)).AsSpan(0, 16));

    private static string NameOf(string module, int number) => string.Create(CultureInfo.InvariantCulture, $"{module}_{number}");
}
