using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Views;

namespace Kilo.Engines.Cluster.Cassandra;

/// <summary>Opens a table per module.</summary>
internal sealed class CassandraViewStores(CassandraServer server, IEventLog log) : IViewStores, IDisposable
{
    private readonly Dictionary<string, CassandraViewStore> _open = [];

    public IViewStore Open(string module, IReadOnlyCollection<string> tables)
    {
        lock (_open)
        {
            return _open.TryGetValue(module, out var store) ? store : _open[module] = new CassandraViewStore(server, log, module, tables);
        }
    }

    public void Dispose()
    {
        lock (_open)
        {
            foreach (var store in _open.Values)
            {
                store.Dispose();
            }
        }
    }
}
