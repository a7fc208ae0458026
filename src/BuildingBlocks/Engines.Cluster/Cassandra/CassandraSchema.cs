using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cassandra;

namespace Kilo.Engines.Cluster.Cassandra;

/// <summary>A table that holds a generation of one module's views, as they are folded from one log.</summary>
/// <param name="Table">Its name, with the keyspace.</param>
/// <param name="IsExact">It has been folded for exactly the view tables that were asked for, and may be folded on.</param>
internal sealed record Edition(string Table, bool IsExact);

/// <summary>
/// The keyspace, and which table holds which views. Views of another log are worth nothing, and a view table that is new has missed events: both begin a
/// new edition in a table of its own, beside the one that older processes go on with. So nobody ever sees another edition's rows, and to forget them is to drop a table.
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

    /// <summary>The keyspace, the list of editions, and which generation of a module's views is served.</summary>
    public static async Task CreateAsync(ISession session, CassandraSettings settings)
    {
        // Who may not create keyspaces needs none to be created.
        var keyspace = await session.ExecuteAsync(new SimpleStatement("SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?", settings.Keyspace));
        if (!keyspace.Any())
        {
            await ChangeAsync(session, $"CREATE KEYSPACE IF NOT EXISTS {settings.Keyspace} WITH replication = {settings.Replication}");
        }
        await CreateTableAsync(session, settings.Keyspace, "serving", "module text PRIMARY KEY, generation int", $"ID = '{IdOf(settings.Keyspace, "serving")}'");
        await CreateTableAsync(session, settings.Keyspace, "editions",
            "views text, number int, id uuid, epoch text, tables set<text>, PRIMARY KEY (views, number)", $"CLUSTERING ORDER BY (number DESC) AND ID = '{IdOf(settings.Keyspace, "editions")}'");
    }

    /// <summary>The tables of contents: which objects there are, and their bytes.</summary>
    public static async Task<(string Objects, string Bytes)> CreateContentAsync(ISession session, string keyspace)
    {
        // A deletion that a node slept through longer than this brings back what a sweep deletes again, or what nothing lists. So tombstones need not stay for ten days, over which
        // those of a content that is stored again and again would become many.
        const string Options = "AND gc_grace_seconds = 14400";
        await CreateTableAsync(session, keyspace, "content_objects", "folder text, name text, size int, body blob, whole boolean, PRIMARY KEY (folder, name)",
            $"ID = '{IdOf(keyspace, "content_objects")}' {Options}");
        await CreateTableAsync(session, keyspace, "content_bytes", "object text PRIMARY KEY, body blob, sha256 blob", $"ID = '{IdOf(keyspace, "content_bytes")}' {Options}");
        return ($"{keyspace}.content_objects", $"{keyspace}.content_bytes");
    }

    /// <summary>The newest edition that is fit; a new one where there is none.</summary>
    /// <param name="session">Any.</param>
    /// <param name="keyspace">Where the views are.</param>
    /// <param name="views">A generation of a module's views.</param>
    /// <param name="tables">Its view tables.</param>
    /// <param name="epoch">The log that they are folded from.</param>
    /// <param name="toFold">One with more view tables is fit to be read, as a tool does. Folded on without them, it would miss events there.</param>
    public static async Task<Edition> OpenAsync(ISession session, string keyspace, string views, IReadOnlyCollection<string> tables, string epoch, bool toFold)
    {
        while (true)
        {
            var all = await ReadAsync(session, keyspace, views);
            var ofLog = all.Where(g => g.Epoch == epoch).ToArray();
            var exact = ofLog.FirstOrDefault(g => g.Tables.Count == tables.Count && tables.All(g.Tables.Contains));
            if ((exact ?? (toFold ? null : ofLog.FirstOrDefault(g => tables.All(g.Tables.Contains)))) is { } found)
            {
                var name = NameOf(views, found.Number);
                await CreateTableAsync(session, keyspace, name, "t text, p text, s text, body blob, next bigint, PRIMARY KEY ((t, p), s)", $"ID = '{found.Id}'");
                return new Edition($"{keyspace}.{name}", exact is not null);
            }
            var number = all.Count == 0 ? 1 : all[0].Number + 1;
            // Of those that start at the same moment one wins; the others find its edition.
            await session.ExecuteAsync(new SimpleStatement(
                $"INSERT INTO {keyspace}.editions (views, number, id, epoch, tables) VALUES (?, ?, ?, ?, ?) IF NOT EXISTS", views, number, Guid.NewGuid(), epoch, tables.ToArray()).SetIdempotence(false));
            foreach (var old in all.Skip(Kept - 1))
            {
                await DropAsync(session, keyspace, views, old);
            }
        }
    }

    /// <summary>Deletes every edition.</summary>
    public static async Task DropAsync(ISession session, string keyspace, string views)
    {
        foreach (var edition in await ReadAsync(session, keyspace, views))
        {
            await DropAsync(session, keyspace, views, edition);
        }
    }

    private static async Task DropAsync(ISession session, string keyspace, string views, Entry edition)
    {
        await ChangeAsync(session, $"DROP TABLE IF EXISTS {keyspace}.{NameOf(views, edition.Number)}");
        await session.ExecuteAsync(new SimpleStatement($"DELETE FROM {keyspace}.editions WHERE views = ? AND number = ? IF EXISTS", views, edition.Number).SetIdempotence(false));
    }

    // Newest first.
    private static async Task<List<Entry>> ReadAsync(ISession session, string keyspace, string views)
    {
        var rows = await session.ExecuteAsync(new SimpleStatement($"SELECT number, id, epoch, tables FROM {keyspace}.editions WHERE views = ?", views)
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

    // Starters may create these at the same moment on different nodes. With the same id, what they create is the same.
    private static Guid IdOf(string keyspace, string table) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"kilo {keyspace}.{table}")).AsSpan(0, 16));

    private static string NameOf(string views, int number) => string.Create(CultureInfo.InvariantCulture, $"{views}_{number}");
}
