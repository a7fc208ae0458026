using Kilo.BuildingBlocks.Modules;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Kilo.Host;

/// <summary>Health for orchestrators, and the ready line for people.</summary>
internal static class Readiness
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan SayInterval = TimeSpan.FromSeconds(5);

    internal sealed record Live(string Status);

    internal sealed record Ready(string Status, string[] Reasons);

    /// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it should get requests; 503 says what it waits for.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => TypedResults.Ok(new Live("live"))).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/health/ready", (IEnumerable<IReadinessCheck> checks) =>
        {
            var reasons = NotReady(checks).ToArray();
            return TypedResults.Json(new Ready(reasons.Length == 0 ? "ready" : "waiting", reasons), statusCode: reasons.Length == 0 ? 200 : 503);
        }).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Prints the ready line when the first request would succeed; until then, every 5 s, what it waits for.</summary>
    public static async Task AnnounceAsync(WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        var checks = app.Services.GetServices<IReadinessCheck>().ToArray();
        var said = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(LookInterval);
        try
        {
            while (NotReady(checks).ToArray() is { Length: > 0 } reasons)
            {
                if (TimeProvider.System.GetElapsedTime(said) > SayInterval)
                {
                    said = TimeProvider.System.GetTimestamp();
                    Console.WriteLine($"Not ready yet: {string.Join(' ', reasons)}");
                }
                await timer.WaitForNextTickAsync(stopping);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        // Starting made much that nobody needs again: most processes wait for their first request now.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Console.WriteLine($"Kilo is ready at http://localhost:{new Uri(address.Replace("[::]", "localhost", StringComparison.Ordinal)).Port}");
    }

    private static IEnumerable<string> NotReady(IEnumerable<IReadinessCheck> checks) => checks.Select(c => c.NotReadyBecause).OfType<string>();
}
