using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Kilo.BuildingBlocks.Events;

namespace Kilo.Engines.Cluster.Kafka;

/// <summary>Events as Kafka's messages: CloudEvents 1.0 in binary mode, the attributes as headers and the body as the value.</summary>
internal sealed class KafkaEvents
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int MostShared = 1_000;

    private readonly Dictionary<string, string> _shared = [];

    public static Message<string, byte[]> Write(EventEnvelope envelope)
    {
        var headers = new Headers
        {
            { "ce_specversion", "1.0"u8.ToArray() },
            { "ce_id", Encoding.ASCII.GetBytes(envelope.Id.ToString()) },
            { "ce_type", Encoding.UTF8.GetBytes(envelope.Type) },
            { "ce_source", Encoding.UTF8.GetBytes(envelope.Source) },
            { "ce_time", Encoding.ASCII.GetBytes(envelope.Time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)) },
            { "actor", Encoding.ASCII.GetBytes(envelope.Actor.ToString()) },
            { "content-type", "application/json"u8.ToArray() },
        };
        if (envelope.TraceParent is { } trace)
        {
            headers.Add("traceparent", Encoding.UTF8.GetBytes(trace));
        }
        // Without a timestamp: brokers refuse what claims to be of the future, and an event's time is in its header.
        return new() { Key = envelope.Key, Value = envelope.Body.ToArray(), Headers = headers };
    }

    /// <summary>Reads what <see cref="Write"/> wrote. Anything else becomes an event that no catalogue knows: the pump parks it, and goes on.</summary>
    public EventEnvelope Read(ConsumeResult<string, byte[]> message)
    {
        Guid? id = null;
        Guid actor = default;
        DateTimeOffset? time = null;
        var (type, source) = ("", "");
        string? trace = null;
        foreach (var header in message.Message.Headers)
        {
            var value = header.GetValueBytes() ?? [];
            switch (header.Key)
            {
                case "ce_id":
                    id = Utf8Parser.TryParse(value, out Guid known, out var used) && used == value.Length ? known : Ids.From("kafka", Encoding.UTF8.GetString(value));
                    break;
                case "ce_type":
                    type = Shared(value);
                    break;
                case "ce_source":
                    source = Shared(value);
                    break;
                case "ce_time":
                    time = DateTimeOffset.TryParse(Encoding.UTF8.GetString(value), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;
                    break;
                case "actor":
                    _ = Utf8Parser.TryParse(value, out actor, out _);
                    break;
                case "traceparent":
                    trace = Encoding.UTF8.GetString(value);
                    break;
            }
        }
        return new EventEnvelope(
            id ?? Ids.From("kafka", message.Topic, message.Partition.Value.ToString(CultureInfo.InvariantCulture), message.Offset.Value.ToString(CultureInfo.InvariantCulture)),
            type, source, message.Message.Key ?? "", time ?? DateTimeOffset.FromUnixTimeMilliseconds(message.Message.Timestamp.UnixTimestampMs), actor, trace, message.Message.Value ?? []);
    }

    // Types and sources are few, events are many.
    private string Shared(byte[] utf8)
    {
        var text = Encoding.UTF8.GetString(utf8);
        if (_shared.TryGetValue(text, out var shared))
        {
            return shared;
        }
        if (_shared.Count < MostShared)
        {
            _shared.Add(text, text);
        }
        return text;
    }
}
