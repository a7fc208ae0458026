using System.Net.Sockets;
using Kilo.Testing;

namespace Kilo.SystemTests.Kit;

/// <summary>The way to one of the servers of a test, through a Toxiproxy. Whoever starts while it is there takes it.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly Func<Task> _remove;

    private Wire(Toxiproxy proxy, Func<Task> remove) => (Proxy, _remove) = (proxy, remove);

    /// <summary>What spoils it.</summary>
    public Toxiproxy Proxy { get; }

    /// <param name="engines">They name the proxy from now on.</param>
    /// <param name="server">Kafka, PostgreSQL or S3.</param>
    public static async Task<Wire> ToAsync(ClusterEngines engines, string server)
    {
        Toxiproxy proxy;
        switch (server)
        {
            case "Kafka":
                var (broker, address) = (ServerProcess.Kafka, engines.Kafka);
                proxy = await Toxiproxy.ToAsync(address);
                engines.Kafka = proxy.Address;
                // A broker tells its clients where it is, and they go there. So it has to name the proxy, which it learns when it starts.
                var before = await File.ReadAllTextAsync(broker.Configuration);
                var (own, other) = ($"advertised.listeners=PLAINTEXT://{address}", $"advertised.listeners=PLAINTEXT://{proxy.Address}");
                Skip.Unless(before.Contains(own, StringComparison.Ordinal), $"{broker.Configuration} has no line {own}…");
                await RestartAsync(broker, address, before.Replace(own, other, StringComparison.Ordinal));
                return new Wire(proxy, () => RestartAsync(broker, address, before));
            case "PostgreSQL":
                proxy = await Toxiproxy.ToAsync($"{engines.PostgresAddress.Host}:{engines.PostgresAddress.Port}");
                engines.PostgresAddress = ("127.0.0.1", new Uri($"tcp://{proxy.Address}").Port);
                break;
            case "S3":
                proxy = await Toxiproxy.ToAsync(new Uri(engines.S3!).Authority);
                engines.S3 = $"http://{proxy.Address}";
                break;
            default:
                throw new ArgumentException($"There is no {server}.", nameof(server));
        }
        return new Wire(proxy, () => Task.CompletedTask);
    }

    private static async Task RestartAsync(ServerProcess broker, string address, string configuration)
    {
        var file = broker.Configuration;
        await broker.KillAsync();
        await File.WriteAllTextAsync(file, configuration);
        broker.Start();
        await Eventually.Async("Kafka to be back", async () =>
        {
            using var connection = new TcpClient();
            var server = new Uri($"tcp://{address}");
            await connection.ConnectAsync(server.Host, server.Port);
            return true;
        }, TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        await _remove();
        await Proxy.DisposeAsync();
    }
}
