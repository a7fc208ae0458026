using System.Globalization;
using Confluent.Kafka;
using Kilo.BuildingBlocks.Modules;
using Microsoft.Extensions.Configuration;

namespace Kilo.Engines.Cluster.Kafka;

/// <summary>Where Kafka is, and what the operator set. Everything that is not Kilo's own goes to librdkafka as it is.</summary>
internal sealed class KafkaSettings
{
    private readonly Dictionary<string, string> _client = new()
    {
        // An event waits for nothing but the brokers.
        ["linger.ms"] = "0",
        ["socket.nagle.disable"] = "true",
        ["socket.keepalive.enable"] = "true",
        // A broker that is back, or another one in its place, is found within a second.
        ["reconnect.backoff.ms"] = "50",
        ["reconnect.backoff.max.ms"] = "1000",
        ["socket.connection.setup.timeout.ms"] = "5000",
        ["socket.timeout.ms"] = "10000",
        ["message.timeout.ms"] = "5000",
        ["client.id"] = "kilo",
    };

    private KafkaSettings(string servers) => Servers = servers;

    /// <summary><c>host:port,host:port</c>; no secret.</summary>
    public string Servers { get; }

    /// <summary>Before every topic's and group's name; several installations may share brokers.</summary>
    public string Prefix { get; private init; } = "";

    /// <summary>Copies of each partition; null: the broker decides.</summary>
    public short? Replication { get; private init; }

    /// <summary>How long a call takes at most: librdkafka's <c>message.timeout.ms</c>, 5 s.</summary>
    public TimeSpan Timeout => TimeSpan.FromMilliseconds(int.Parse(_client["message.timeout.ms"], CultureInfo.InvariantCulture));

    /// <exception cref="StartRefusedException">Something is not like it should be; the message never repeats what was written there.</exception>
    public static KafkaSettings Read(string servers, IConfiguration settings)
    {
        var brokers = servers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (brokers.Length == 0 || brokers.Any(b => !Uri.TryCreate($"kafka://{b}", UriKind.Absolute, out var uri) || uri is not { UserInfo: "", PathAndQuery: "/" or "", Port: > 0 }))
        {
            throw new StartRefusedException("ConnectionStrings__Kafka is not like host:port,host:port.");
        }
        short? replication = null;
        if (settings["Replication"] is { Length: > 0 } copies)
        {
            replication = short.TryParse(copies, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
                ? number
                : throw new StartRefusedException("Kilo__Kafka__Replication is no number of copies: 1 or more.");
        }
        var read = new KafkaSettings(string.Join(',', brokers)) { Prefix = settings["TopicPrefix"] ?? "", Replication = replication };
        foreach (var (key, value) in settings.GetChildren().Select(s => (s.Key, s.Value)))
        {
            if (value is not null && !key.Equals("Replication", StringComparison.OrdinalIgnoreCase) && !key.Equals("TopicPrefix", StringComparison.OrdinalIgnoreCase))
            {
                // Shells cannot name a variable with dots, and no setting of librdkafka has an underscore.
                read._client[key.ToLowerInvariant().Replace('_', '.')] = value;
            }
        }
        if (!int.TryParse(read._client["message.timeout.ms"], NumberStyles.None, CultureInfo.InvariantCulture, out var timeout) || timeout == 0)
        {
            throw new StartRefusedException("Kilo__Kafka__message.timeout.ms is no number of milliseconds.");
        }
        read._client["bootstrap.servers"] = read.Servers;
        return read;
    }

    /// <summary>Nothing is acknowledged before every replica in sync has it, and no retry doubles or reorders.</summary>
    public ProducerConfig Producer() => new(new Dictionary<string, string>(_client)
    {
        ["acks"] = "all",
        ["enable.idempotence"] = "true",
        // As Java's clients do it: other tools find a key where Kilo put it.
        ["partitioner"] = "murmur2",
    });

    /// <summary>Reads what it is told to read, and remembers nothing on the brokers.</summary>
    public ConsumerConfig Reader() => new(new Dictionary<string, string>(_client)
    {
        ["group.id"] = Prefix + "kilo-readers",
        ["enable.auto.commit"] = "false",
        ["enable.auto.offset.store"] = "false",
        ["auto.offset.reset"] = "earliest",
        ["enable.partition.eof"] = "true",
        // A place that is read from anew waits for the fetch that is under way; idle, that ends after this long.
        ["fetch.wait.max.ms"] = "100",
        // What is fetched ahead is bounded; the readers' windows are bounded by themselves. Not lower: where the library meets a bound, it looks at
        // that partition again only a second later.
        ["queued.min.messages"] = "100000",
        ["queued.max.messages.kbytes"] = "32768",
        ["fetch.max.bytes"] = "8388608",
    });

    /// <summary>A member of a group, which only wants to know its share: it fetches nothing and commits nothing.</summary>
    public ConsumerConfig Member(string group) => new(new Dictionary<string, string>(_client)
    {
        ["group.id"] = Prefix + group,
        ["partition.assignment.strategy"] = "cooperative-sticky",
        // The least that brokers allow by default: so long after a process has died its partitions are given to others.
        ["session.timeout.ms"] = "6000",
        ["heartbeat.interval.ms"] = "2000",
        ["max.poll.interval.ms"] = "60000",
        ["enable.auto.commit"] = "false",
        ["enable.auto.offset.store"] = "false",
        ["auto.offset.reset"] = "latest",
        ["queued.min.messages"] = "1",
        ["fetch.message.max.bytes"] = "1024",
        // A topic that the group shares is known to it as soon as it is there.
        ["topic.metadata.refresh.interval.ms"] = "10000",
    });
}
