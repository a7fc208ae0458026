using Confluent.Kafka;
using Kilo.BuildingBlocks.Modules;
using Microsoft.Extensions.Logging;

namespace Kilo.Engines.Cluster.Kafka;

/// <summary>Makes the driver's clients, and says in the log, once each time, that the brokers are away and that they are back.</summary>
internal sealed class KafkaClients(KafkaSettings settings, ILogger logger)
{
    private static readonly TimeSpan LongestMeeting = TimeSpan.FromSeconds(1);

    private int _away;

    /// <exception cref="StartRefusedException">A setting is unknown to librdkafka or not valid, or the library is missing.</exception>
    public IProducer<string, byte[]> Producer() => Build(() => new ProducerBuilder<string, byte[]>(settings.Producer())
        .SetLogHandler((_, message) => Log(message)).SetErrorHandler((_, error) => Failed(error)).Build());

    /// <inheritdoc cref="Producer" />
    public IConsumer<string, byte[]> Consumer(ConsumerConfig config, Action<ConsumerBuilder<string, byte[]>>? configure = null) => Build(() =>
    {
        var builder = new ConsumerBuilder<string, byte[]>(config).SetLogHandler((_, message) => Log(message)).SetErrorHandler((_, error) => Failed(error));
        configure?.Invoke(builder);
        return builder.Build();
    });

    /// <summary>
    /// Makes a topic known to a client. By itself it would ask for the brokers of one that it has not met only with its next look around, up to a second later.
    /// </summary>
    public static void Meet(Handle client, IEnumerable<string> topics)
    {
        // Not kept: as long as there is one, a thread of the driver keeps a processor busy for it.
        using var admin = new DependentAdminClientBuilder(client).Build();
        foreach (var topic in topics)
        {
            try
            {
                admin.GetMetadata(topic, LongestMeeting);
            }
            catch (KafkaException)
            {
                // Then the look around finds it.
            }
        }
    }

    /// <summary>The brokers answered.</summary>
    public void Answered()
    {
        if (Volatile.Read(ref _away) == 1 && Interlocked.Exchange(ref _away, 0) == 1)
        {
            logger.LogInformation("Kafka at {Servers} answers again.", settings.Servers);
        }
    }

    private void Failed(Error error)
    {
        if (error.Code == ErrorCode.Local_AllBrokersDown)
        {
            if (Interlocked.Exchange(ref _away, 1) == 0)
            {
                logger.LogWarning("Kafka at {Servers} cannot be reached: {Reason}", settings.Servers, error.Reason);
            }
        }
        else if (error.Code is ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.Local_Ssl
            || error.IsFatal)
        {
            logger.LogError("Kafka at {Servers}: {Reason}", settings.Servers, error.Reason);
        }
        else
        {
            logger.LogDebug("Kafka at {Servers}: {Reason}", settings.Servers, error.Reason);
        }
    }

    // Each of several clients tells of each attempt to connect: that is for those who look closely. What matters comes as an error as well.
    private void Log(LogMessage message) => logger.Log(message.Level <= SyslogLevel.Critical ? LogLevel.Error : LogLevel.Debug, "{Client}: {Message}", message.Name, message.Message);

    private static TClient Build<TClient>(Func<TClient> build)
    {
        KafkaLibrary.Find();
        try
        {
            return build();
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException { InnerException: DllNotFoundException })
        {
            throw new StartRefusedException("Kafka's library is missing here. Install librdkafka (Debian: librdkafka1), or use the released build, which carries it.");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // It says which setting and what it may be; of the values it repeats none but those of a list, and secrets are in no list.
            throw new StartRefusedException($"A setting under Kilo__Kafka is not valid: {e.Message}");
        }
    }
}
