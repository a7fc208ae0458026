#if FULL_FEED
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Views;
using Kilo.Engines.Cluster.Cassandra;
using Kilo.Testing;
using Kilo.Testing.InMemory;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Engines.Tests.Views;

/// <summary>A keyspace of its own in a real Cassandra. Its tests run one after the other: what takes time there is to change the schema.</summary>
public sealed class CassandraStorage : Storage<IViewStores>
{
    private readonly string _address = Servers.Cassandra;
    private readonly string _keyspace = "kilo_" + Guid.NewGuid().ToString("N");
    private readonly List<ServiceProvider> _processes = [];

    /// <summary>One with nothing in it.</summary>
    public static CassandraStorage Empty() => new();

    public override bool SurvivesReopening => true;

    /// <summary>What the next instance's views are folded from.</summary>
    public IEventLog Log { get; set; } = new InMemoryEventLog();

    public override IViewStores Open() => OpenThrough(_address).Stores;

    /// <summary>An instance that knows Cassandra by another address.</summary>
    public (IViewStores Stores, IReadinessCheck Readiness) OpenThrough(string address)
    {
        var process = new ServiceCollection().AddSingleton(Log).AddCassandraViews($"{TestKeyspaces.At(address)};Default Keyspace={_keyspace}", null).BuildServiceProvider();
        lock (_processes)
        {
            _processes.Add(process);
        }
        return (process.GetRequiredService<IViewStores>(), process.GetRequiredService<IReadinessCheck>());
    }

    // Nothing is finished when an instance is left alone: it has no work of its own.
    public override void Crash()
    {
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
        await TestKeyspaces.DropAsync(_keyspace);
    }
}
#endif
