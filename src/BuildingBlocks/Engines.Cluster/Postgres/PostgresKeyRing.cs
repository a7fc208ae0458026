using System.Xml.Linq;
using Kilo.BuildingBlocks.Http;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace Kilo.Engines.Cluster.Postgres;

/// <summary>The keys that sessions are encrypted with, for every process of the portal.</summary>
internal sealed class PostgresKeyRing(PostgresServer server, TimeProvider time) : IXmlRepository, IDisposable
{
    private static readonly string Create = PostgresServer.SetUp("kilo", """
        CREATE TABLE IF NOT EXISTS kilo.key(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, xml text NOT NULL);
        """);

    // Callers are waited for one after the other: what was refused a moment ago is refused to the next ones at once.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private sealed record Refusal(long At, Exception Why);

    private readonly SetUp _setUp = new();
    private long _newest;
    private volatile Refusal? _refused;

    public IReadOnlyCollection<XElement> GetAllElements() => Guard(() =>
    {
        var elements = new List<XElement>();
        using var select = server.Source.CreateCommand("SELECT id, xml FROM kilo.key ORDER BY id");
        using var row = select.ExecuteReader();
        while (row.Read())
        {
            Volatile.Write(ref _newest, row.GetInt64(0));
            elements.Add(XElement.Parse(row.GetString(1)));
        }
        return elements;
    });

    /// <summary>
    /// Keeps an element. A key only while this process has seen all keys: where another one made its first key at the same moment, that one serves both, and
    /// whoever makes a key reads all of them again afterwards. Two first keys would mean that each process takes the other's sessions for forged.
    /// </summary>
    public void StoreElement(XElement element, string friendlyName) => Guard(() =>
    {
        using var connection = server.Source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        using (var take = new NpgsqlCommand("LOCK TABLE kilo.key IN SHARE ROW EXCLUSIVE MODE", connection, transaction))
        {
            take.ExecuteNonQuery();
        }
        using var insert = new NpgsqlCommand(
            "INSERT INTO kilo.key(name, xml) SELECT $1, $2 WHERE NOT $3 OR NOT EXISTS(SELECT FROM kilo.key WHERE id>$4 AND xml LIKE '<key %')", connection, transaction);
        insert.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = friendlyName }, new() { Value = element.ToString(SaveOptions.DisableFormatting) },
            new() { Value = element.Name.LocalName == "key" }, new() { Value = Volatile.Read(ref _newest) },
        });
        insert.ExecuteNonQuery();
        transaction.Commit();
        return true;
    });

    private TResult Guard<TResult>(Func<TResult> work)
    {
        if (_refused is var (at, why) && time.GetElapsedTime(at) < Pause)
        {
            throw Unavailable(why);
        }
        try
        {
            _setUp.Once(() =>
            {
                using var create = server.Source.CreateCommand(Create);
                create.ExecuteNonQuery();
            });
            return work();
        }
        catch (Exception e) when (PostgresServer.IsUnavailable(e))
        {
            _refused = new Refusal(time.GetTimestamp(), e);
            throw Unavailable(e);
        }
    }

    private static SessionsUnavailableException Unavailable(Exception e) => new("The keys of sessions could not be read or written.", e);

    public void Dispose() => _setUp.Dispose();
}
