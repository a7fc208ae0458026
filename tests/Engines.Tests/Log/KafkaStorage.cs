using Confluent.Kafka;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.Engines.Cluster.Kafka;
using Kilo.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Engines.Tests.Log;

/// <summary>Topics of its own on a Kafka that runs already; they go when it is disposed of.</summary>
public sealed class KafkaStorage(string? servers = null, params (string Name, string Value)[] settings) : Storage<IEventLog>
{
    private readonly string _servers = servers ?? Servers.Kafka;
    private readonly string _prefix = $"test-{Guid.NewGuid():N}.";
    private readonly List<ServiceProvider> _processes = [];

    private string? _direct;

    public static KafkaStorage Fresh() => new();

    /// <summary>On a cluster of three, where each event has three copies.</summary>
    public static KafkaStorage OfThree() => new(Servers.Kafka3, ("Replication", "3")) { _direct = Servers.Kafka3 };

    public override bool SurvivesReopening => true;

    public override IEventLog Open() => Start().GetRequiredService<IEventLog>();

    /// <summary>Another process, with what else it has.</summary>
    public ServiceProvider Start()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)).Append(KeyValuePair.Create("TopicPrefix", (string?)_prefix))).Build();
        var process = new ServiceCollection().AddKafkaLog(_servers, configuration).BuildServiceProvider();
        lock (_processes)
        {
            _processes.Add(process);
        }
        return process;
    }

    /// <summary>Why the process is not ready, or null.</summary>
    public static string? NotReady(ServiceProvider process) => process.GetRequiredService<IReadinessCheck>().NotReadyBecause;

    /// <summary>What the brokers call a topic.</summary>
    public string NameOf(Topic topic) => _prefix + topic.Name;

    // What is acknowledged is on the brokers: whatever the instances so far still do changes nothing about it.
    public override void Crash()
    {
    }

    /// <summary>Removes every topic, as somebody would who begins anew.</summary>
    public async Task ForgetAsync()
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _direct ?? Servers.Kafka }).Build();
        var topics = admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Select(t => t.Topic).Where(t => t.StartsWith(_prefix, StringComparison.Ordinal)).ToList();
        if (topics.Count > 0)
        {
            await admin.DeleteTopicsAsync(topics);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processes.Select(p => Task.Run(() => p.DisposeAsync().AsTask())));
        if (_processes.Count > 0)
        {
            await ForgetAsync();
        }
    }
}
