using System.Globalization;
using Cassandra;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Views;

namespace Kilo.Engines.Cluster.Cassandra;

/// <summary>A table per module and generation; one beside them names the generation that is served.</summary>
internal sealed class CassandraViewStores(CassandraServer server, IEventLog log) : ViewGenerations(TimeSpan.FromSeconds(1))
{
    private readonly string _keyspace = server.Settings.Keyspace;

    protected override ValueTask<int> ServingAsync(string module, CancellationToken cancel) => TryAsync(async () =>
    {
        var row = (await server.RunAsync(new SimpleStatement($"SELECT generation FROM {_keyspace}.serving WHERE module = ?", module), cancel)).FirstOrDefault();
        return row?.GetValue<int>(0) ?? 0;
    });

    protected override IViewStore OpenGeneration(string module, int generation, IReadOnlyCollection<string> tables) =>
        new CassandraViewStore(server, log, ViewsOf(module, generation), tables);

    protected override async Task ServeAsync(string module, int generation, CancellationToken cancel) => await TryAsync(() =>
        server.RunAsync(new SimpleStatement($"INSERT INTO {_keyspace}.serving (module, generation) VALUES (?, ?)", module, generation), cancel));

    protected override async Task DropAsync(string module, int generation, CancellationToken cancel) => await TryAsync(async () =>
    {
        await CassandraSchema.DropAsync(await server.SessionAsync(cancel), _keyspace, ViewsOf(module, generation));
        return true;
    });

    private static string ViewsOf(string module, int generation) => string.Create(CultureInfo.InvariantCulture, $"{module}_{generation}");

    private static async ValueTask<TResult> TryAsync<TResult>(Func<Task<TResult>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (CassandraServer.IsUnavailable(e))
        {
            throw new ViewsUnavailableException("The generations of the views could not be asked for.", e);
        }
    }
}
