using System.Collections.Concurrent;
using System.Net;
using Kilo.Testing.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Kilo.Web.Tests.Kit;

/// <summary>What a process behind the portal was sent.</summary>
internal sealed record Sent(string Method, string Target, IReadOnlyDictionary<string, string> Headers);

/// <summary>A process behind the portal that answers as the test says, and the portal in front of it.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Sent> _sent = new();

    private Upstream(WebApplication app) => _app = app;

    /// <summary>Serves every API.</summary>
    public KiloServer Bff { get; private set; } = null!;

    public KiloClient Anonymous => Bff.Anonymous;

    /// <summary>The requests so far.</summary>
    public IReadOnlyCollection<Sent> Requests => _sent;

    public static async Task<Upstream> StartAsync(RequestDelegate answer, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var port = KiloProcess.FreePort();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        var upstream = new Upstream(app);
        app.Run(http =>
        {
            upstream._sent.Enqueue(new Sent(http.Request.Method, http.Features.Get<IHttpRequestFeature>()!.RawTarget,
                http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            return answer(http);
        });
        await app.StartAsync();
        upstream.Bff = await KiloServer.StartAsync(Site.At(port, port, settings), role: "bff");
        return upstream;
    }

    public async ValueTask DisposeAsync()
    {
        await Bff.DisposeAsync();
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
