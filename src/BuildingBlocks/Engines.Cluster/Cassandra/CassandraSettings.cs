using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Text.RegularExpressions;
using Cassandra;

namespace Kilo.Engines.Cluster.Cassandra;

/// <summary>Where Cassandra is and how rows are replicated there.</summary>
internal sealed partial class CassandraSettings
{
    private readonly CassandraConnectionStringBuilder _connection;
    private readonly string[] _contactPoints;

    /// <param name="connectionString">As the driver writes it; beside the driver's keys <c>Ssl=true</c> and <c>Local Datacenter=…</c>.</param>
    /// <param name="replication">Copies of each row, as <c>3</c> or by data centre as <c>dc1:3,dc2:3</c>. Only used when the keyspace is not there yet.</param>
    /// <exception cref="ArgumentException">One of them is not like that.</exception>
    public CassandraSettings(string connectionString, string? replication)
    {
        _connection = new CassandraConnectionStringBuilder(connectionString);
        _contactPoints = _connection.ContainsKey("Contact Points")
            ? [.. _connection.ContactPoints.Select(p => p.Trim()).Where(p => p.Length > 0)]
            : [];
        if (_contactPoints.Length == 0)
        {
            throw new ArgumentException("No contact point is named.", nameof(connectionString));
        }
        try
        {
            Keyspace = _connection.DefaultKeyspace ?? "kilo";
            Where = $"{string.Join(',', _contactPoints.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p}:{_connection.Port}")))}/{Keyspace}";
            _ = IsTrue("Ssl");
        }
        catch (Exception e) when (e is FormatException or InvalidCastException or OverflowException)
        {
            throw new ArgumentException("Its port is no number, or Ssl is neither true nor false.", nameof(connectionString));
        }
        if (!Name().IsMatch(Keyspace))
        {
            throw new ArgumentException("A keyspace's name is made of small letters, digits and underscores.", nameof(connectionString));
        }
        Replication = ReadReplication(replication);
    }

    /// <summary>Where the rows are.</summary>
    public string Keyspace { get; }

    /// <summary>The same as CQL has it.</summary>
    public string Replication { get; }

    /// <summary>For people: without who signs in.</summary>
    public string Where { get; }

    /// <summary>A cluster to connect to.</summary>
    public Builder Builder()
    {
        var builder = global::Cassandra.Cluster.Builder().AddContactPoints(_contactPoints).WithPort(_connection.Port);
        if (!string.IsNullOrEmpty(_connection.Username))
        {
            builder.WithCredentials(_connection.Username, _connection.Password ?? "");
        }
        if (IsTrue("Ssl"))
        {
            // The driver's own default is TLS 1.0.
            builder.WithSSL(new SSLOptions(SslProtocols.None, false, (_, _, _, errors) => errors == SslPolicyErrors.None));
        }
        if (_connection.TryGetValue("Local Datacenter", out var local))
        {
            builder.WithLoadBalancingPolicy(Policies.NewDefaultLoadBalancingPolicy((string)local));
        }
        return builder;
    }

    private bool IsTrue(string key) => _connection.TryGetValue(key, out var value) && Convert.ToBoolean(value, CultureInfo.InvariantCulture);

    private static string ReadReplication(string? replication)
    {
        if (string.IsNullOrWhiteSpace(replication))
        {
            replication = "1";
        }
        if (int.TryParse(replication, NumberStyles.None, CultureInfo.InvariantCulture, out var copies) && copies > 0)
        {
            return $"{{'class': 'NetworkTopologyStrategy', 'replication_factor': {copies.ToString(CultureInfo.InvariantCulture)}}}";
        }
        if (!ByDatacenter().IsMatch(replication))
        {
            throw new ArgumentException($"'{replication}' says neither how many copies there are of each row, like 3, nor where, like dc1:3,dc2:3.", nameof(replication));
        }
        var centres = replication.Split(',').Select(c => c.Split(':')).Select(c => $"'{c[0]}': {c[1]}");
        return $"{{'class': 'NetworkTopologyStrategy', {string.Join(", ", centres)}}}";
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,47}$")]
    private static partial Regex Name();

    [GeneratedRegex("^[A-Za-z0-9_.-]+:[1-9][0-9]?(,[A-Za-z0-9_.-]+:[1-9][0-9]?)*$")]
    private static partial Regex ByDatacenter();
}
