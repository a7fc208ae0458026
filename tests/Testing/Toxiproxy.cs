using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Kilo.Testing;

/// <summary>A way to a server that can be cut, slowed down and broken off: one proxy of a Toxiproxy (https://github.com/Shopify/toxiproxy).</summary>
public sealed class Toxiproxy : IAsyncDisposable
{
    private readonly HttpClient _api;
    private readonly string _name;

    private Toxiproxy(HttpClient api, string name, string address) => (_api, _name, Address) = (api, name, address);

    /// <summary><c>host:port</c> to connect to in the place of the server.</summary>
    public string Address { get; }

    /// <summary>A proxy to the server; it is skipped where there is no Toxiproxy.</summary>
    /// <param name="server"><c>host:port</c>.</param>
    public static async Task<Toxiproxy> ToAsync(string server)
    {
        var api = new HttpClient { BaseAddress = new Uri(Servers.Toxiproxy) };
        var name = Guid.NewGuid().ToString("N");
        using var made = await api.PostAsJsonAsync("/proxies", new { name, listen = "127.0.0.1:0", upstream = server, enabled = true });
        made.EnsureSuccessStatusCode();
        var proxy = await made.Content.ReadFromJsonAsync<JsonElement>();
        return new Toxiproxy(api, name, proxy.GetProperty("listen").GetString()!);
    }

    /// <summary>Closes every connection and takes no new one.</summary>
    public Task CutAsync() => SetAsync(false);

    /// <summary>Takes connections again.</summary>
    public Task RestoreAsync() => SetAsync(true);

    /// <summary>Adds what spoils connections.</summary>
    /// <param name="type">Toxiproxy's name for it.</param>
    /// <param name="stream"><c>upstream</c>: what the server is sent; <c>downstream</c>: what it answers.</param>
    /// <param name="attributes">As Toxiproxy has them.</param>
    public async Task SpoilAsync(string type, string stream, object attributes)
    {
        using var added = await _api.PostAsJsonAsync($"/proxies/{_name}/toxics", new { name = type, type, stream, attributes });
        added.EnsureSuccessStatusCode();
    }

    /// <summary>Removes it.</summary>
    public async Task HealAsync(string type)
    {
        using var removed = await _api.DeleteAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/proxies/{_name}/toxics/{type}"), UriKind.Relative));
        removed.EnsureSuccessStatusCode();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        using var removed = await _api.DeleteAsync(new Uri($"/proxies/{_name}", UriKind.Relative));
        _api.Dispose();
    }

    private async Task SetAsync(bool enabled)
    {
        using var changed = await _api.PostAsJsonAsync($"/proxies/{_name}", new { enabled });
        changed.EnsureSuccessStatusCode();
    }
}
