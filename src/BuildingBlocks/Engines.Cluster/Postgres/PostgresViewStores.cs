using System.Globalization;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Views;
using Npgsql;

namespace Kilo.Engines.Cluster.Postgres;

/// <summary>Opens a schema per module, and listens for what other processes fold.</summary>
internal sealed class PostgresViewStores(PostgresServer server, IEventLog log) : IViewStores, IDisposable
{
    /// <summary>Where a batch says how far it got: <c>schema source next</c>.</summary>
    public const string Channel = "kilo_views";

    private static readonly TimeSpan ListenAgain = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, PostgresViewStore> _open = [];
    private readonly CancellationTokenSource _stop = new();
    private bool _listening;

    public IViewStore Open(string module, IReadOnlyCollection<string> tables)
    {
        lock (_open)
        {
            var schema = "kilo_" + module;
            return _open.TryGetValue(schema, out var store) ? store : _open[schema] = new PostgresViewStore(server, log, schema, tables, Listen);
        }
    }

    // From the first wait on: a process that only folds needs no connection for it.
    private void Listen()
    {
        lock (_open)
        {
            if (!_listening && !_stop.IsCancellationRequested)
            {
                _listening = true;
                _ = Task.Run(() => ListenAsync(_stop.Token));
            }
        }
    }

    private async Task ListenAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = server.Beside();
                connection.Notification += (_, notification) => Raise(notification.Payload);
                await connection.OpenAsync(stop);
                await using (var listen = new NpgsqlCommand("LISTEN " + Channel, connection))
                {
                    await listen.ExecuteNonQueryAsync(stop);
                }
                while (true)
                {
                    await connection.WaitAsync(stop);
                }
            }
            catch (Exception)
            {
                // Who waits also looks from time to time: it only takes a little longer until somebody listens again.
                await Task.Delay(ListenAgain, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Raise(string payload)
    {
        if (payload.Split(' ') is [var schema, var source, var next] && long.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            PostgresViewStore? store;
            lock (_open)
            {
                _open.TryGetValue(schema, out store);
            }
            store?.Raise(source, value);
        }
    }

    public void Dispose()
    {
        lock (_open)
        {
            _stop.Cancel();
            foreach (var store in _open.Values)
            {
                store.Dispose();
            }
        }
    }
}
