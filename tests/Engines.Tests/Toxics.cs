using System.Net.Http.Json;
using System.Net.Sockets;
using Kilo.Testing;

namespace Kilo.Engines.Tests;

/// <summary>A way to a server that a test can cut: one proxy of Toxiproxy.</summary>
internal sealed class Toxics : IAsyncDisposable
{
    private readonly HttpClient _toxiproxy = new() { BaseAddress = new Uri(Servers.Toxiproxy) };
    private readonly string _name = $"kilo-{Guid.NewGuid():N}";

    /// <summary>Where it listens: <c>host:port</c>.</summary>
    public string Address { get; private set; } = "";

    /// <summary>A way to the server at <c>host:port</c>.</summary>
    public static async Task<Toxics> ToAsync(string server, bool enabled = true)
    {
        var way = new Toxics();
        // A port that is free now: the proxy keeps it while it is disabled.
        using (var listener = new TcpListener(System.Net.IPAddress.Loopback, 0))
        {
            listener.Start();
            way.Address = listener.LocalEndpoint.ToString()!;
        }
        (await way._toxiproxy.PostAsJsonAsync("/proxies", new { name = way._name, listen = way.Address, upstream = server, enabled })).EnsureSuccessStatusCode();
        return way;
    }

    /// <summary>Cuts all connections and refuses new ones, or accepts them again.</summary>
    public async Task EnableAsync(bool enabled) => (await _toxiproxy.PostAsJsonAsync($"/proxies/{_name}", new { enabled })).EnsureSuccessStatusCode();

    /// <summary>Something bad that happens to what the server sends, as Toxiproxy names it.</summary>
    public async Task AddAsync(string type, object attributes) =>
        (await _toxiproxy.PostAsJsonAsync($"/proxies/{_name}/toxics", new { type, stream = "downstream", attributes })).EnsureSuccessStatusCode();

    public async ValueTask DisposeAsync()
    {
        (await _toxiproxy.DeleteAsync($"/proxies/{_name}")).Dispose();
        _toxiproxy.Dispose();
    }
}
