using Kilo.BuildingBlocks.Log;
using Kilo.Engines.Embedded;
using Kilo.Reporting.Tests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Reporting.Tests.Fold;

/// <summary>The aggregator as a process of its own: kill -9 while people work, and the commands of operators.</summary>
public sealed class KillTests : IDisposable
{
    private const int Kills = 6;
    private const int People = 3;

    private readonly string _data = Directory.CreateTempSubdirectory("kilo-reports-").FullName;
    private readonly Random _random = new(Seed.Value);
    private int _downloads;

    [SkippableTheory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Killed_again_and_again_while_it_folds_and_rebuilt_the_totals_equal_a_count_over_the_log(Engine engine)
    {
        await using var under = await EngineUnderTest.CreateAsync(engine);
        var environment = under.Environment;
        await using var kilo = await KiloProcess.ReadyAsync(_data, "--role rest,aggregator --modules documents,users", environment: environment);
        await using var reports = KiloProcess.Start(_data, "--role rest --modules reporting", environment: environment);
        using var admin = await kilo.AdminAsync();
        using var stop = new CancellationTokenSource();
        var working = Task.WhenAll(Enumerable.Range(0, People).Select(i => Task.Run(() => WorkAsync(admin, i, stop.Token))));
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var aggregator = KiloProcess.Start(_data, "--role aggregator --modules reporting", environment: environment);
            // Some die before they are ready.
            await (kill % 3 == 0 ? Task.CompletedTask : aggregator.IsReadyAsync());
            // Waits for nothing: it chooses a moment.
            await Task.Delay(_random.Next(800));
            await aggregator.KillAsync();
        }
        await stop.CancelAsync();
        await Eventually.Ends("what is under way to be acknowledged", working);

        await using var last = await KiloProcess.ReadyAsync(_data, "--role aggregator --modules reporting", environment: environment);
        await using var engines = new ServiceCollection().AddSingleton(TimeProvider.System).AddEmbeddedLog(_data).BuildServiceProvider();
        var log = engines.GetRequiredService<IEventLog>();
        await Eventually.Async("every download to be a fact", async () => (await LogCount.OfAsync(log)).DownloadsOf.Values.Sum() == Volatile.Read(ref _downloads));
        var counted = await LogCount.OfAsync(log);
        counted.Versions.ShouldBeGreaterThan(0);
        await reports.IsReadyAsync();
        using var reader = reports.Anonymous.WithToken(admin.Token!, admin.UserId);
        await Totals.ShouldEqualAsync(reader, await Life.PositionAsync(log), counted);

        await KiloCommand.RunAsync($"verify --views --modules reporting --data {_data}", environment: environment);
        (await KiloCommand.RunAsync($"rebuild --modules reporting --data {_data}", environment: environment)).Result.ShouldContain("The views of reporting are folded again");
        await Totals.ShouldEqualAsync(reader, await Life.PositionAsync(log), counted);
        (await KiloCommand.RunAsync($"verify --views --modules reporting --data {_data}", environment: environment)).Result.ShouldContain("The views of reporting: ");
    }

    private async Task WorkAsync(KiloClient client, int who, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var id = await client.AddedAsync(Life.Bytes($"{who} {i % 7}"), $"{i}.txt", new { library = i % 2 == 0 ? "shared" : "personal" });
            await client.AddVersionAsync(id, Life.Bytes($"{who} {i}"));
            await client.DownloadAsync(id);
            Interlocked.Increment(ref _downloads);
            if (i % 3 == 0)
            {
                await client.DeleteAsync($"/api/documents/{id}{(i % 2 == 0 ? "?purge=true" : "")}");
            }
        }
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);
}
