namespace Kilo.Testing;

/// <summary>
/// Real servers for tests, by the address that the environment names. A test that asks for one that is not there is skipped, visibly:
/// <c>./kilo test</c> starts those that are installed.
/// </summary>
public static class Servers
{
    /// <summary>Kafka: <c>host:port</c>.</summary>
    public static string Kafka => Address("KILO_TEST_KAFKA", "Kafka");

    /// <summary>Cassandra: <c>host:port</c>.</summary>
    public static string Cassandra => Address("KILO_TEST_CASSANDRA", "Cassandra");

    /// <summary>A cluster of three brokers: <c>host:port,host:port,host:port</c>.</summary>
    public static string Kafka3 => Address("KILO_TEST_KAFKA3", "cluster of Kafka");

    /// <summary>A cluster of three nodes with one port: <c>host:port,host:port,host:port</c>.</summary>
    public static string Cassandra3 => Address("KILO_TEST_CASSANDRA3", "cluster of Cassandra");

    /// <summary>PostgreSQL: a connection string of a role that may create databases.</summary>
    public static string Postgres => Address("KILO_TEST_POSTGRES", "PostgreSQL");

    /// <summary>Redis: <c>host:port</c>.</summary>
    public static string Redis => Address("KILO_TEST_REDIS", "Redis");

    /// <summary>An S3 server: <c>http://host:port</c>, with the keys <c>kilo</c> and <c>kilo-secret</c>.</summary>
    public static string S3 => Address("KILO_TEST_S3", "S3");

    /// <summary>Toxiproxy's HTTP API: <c>http://host:port</c>.</summary>
    public static string Toxiproxy => Address("KILO_TEST_TOXIPROXY", "Toxiproxy");

    private static string Address(string variable, string name)
    {
        var address = Environment.GetEnvironmentVariable(variable);
        Skip.Unless(!string.IsNullOrEmpty(address), $"{variable} names no {name}.");
        return address!;
    }
}
