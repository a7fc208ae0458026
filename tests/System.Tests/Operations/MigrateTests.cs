using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;

namespace Kilo.SystemTests.Operations;

/// <summary>A laptop's portal moves to other engines, and everybody finds it there as it was.</summary>
[Collection(Loads.Name)]
public sealed class MigrateTests : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    // What the command says it does.
    private const string Contents = "copying contents";
    private const string Log = "copying the log";

    private readonly DataDirectory _laptop = new();
    private readonly DataDirectory _target = new();
    private readonly Random _random = new(Seed.Value);

    [Theory]
    [InlineData(Contents, "3MB/s", 60, 0)]
    [InlineData(Log, "5kB/s", 0, 80)]
    public async Task A_portal_moves_to_another_directory_however_often_the_move_is_killed(string stage, string rate, int uploads, int notes)
    {
        var (portal, answers) = await FillAsync(uploads, notes);
        var before = await Portal.VerifyAsync($"--data {_laptop.Path}");

        foreach (var _ in Enumerable.Range(0, 2))
        {
            await KillAsync(stage, rate);
        }
        var migrated = await KiloCommand.RunAsync($"migrate --from-data {_laptop.Path} --data {_target.Path}");

        migrated.Result.ShouldContain("Uploads in pieces that were under way were not moved");
        var after = await Portal.VerifyAsync($"--data {_target.Path}");
        foreach (var same in new[] { "events", "contents", "bytes" })
        {
            after[same]!.GetValue<long>().ShouldBe(before[same]!.GetValue<long>(), same);
        }
        after["unreferenced"]!.GetValue<long>().ShouldBe(0, "What was purged stays behind.");
        (await Portal.VerifyAsync($"--data {_laptop.Path}")).ToJsonString().ShouldBe(before.ToJsonString(), "The source is as it was.");
        await using var kilo = await KiloProcess.ReadyAsync(_target.Path);
        await portal.ShouldBeAsync(kilo, answers);
    }

    [SkippableTheory]
    // Killed among the events, and among the contents: the former are the same wherever contents are, the latter wherever events are.
    [InlineData("Kafka", Log, "5kB/s", 0, 80)]
    [InlineData("Kafka and S3", Contents, "400kB/s", 40, 0)]
    [InlineData("Kafka and Cassandra", Contents, "400kB/s", 40, 0)]
    public async Task A_portal_moves_to_a_cluster(string engines, string stage, string rate, int uploads, int notes)
    {
        var run = Guid.NewGuid().ToString("N")[..8];
        var cluster = new Dictionary<string, string?> { ["ConnectionStrings__Kafka"] = Servers.Kafka, ["Kilo__Kafka__TopicPrefix"] = $"moved-{run}-" };
        if (engines.Contains("S3", StringComparison.Ordinal))
        {
            cluster["ConnectionStrings__S3"] = $"Endpoint={Servers.S3};Bucket=moved-{run};AccessKey=kilo;SecretKey=kilo-secret;Region=us-east-1;PathStyle=true";
        }
        if (engines.Contains("Cassandra", StringComparison.Ordinal))
        {
            var server = Servers.Cassandra.Split(':');
            cluster["ConnectionStrings__Cassandra"] = $"Contact Points={server[0]};Port={server[1]};Default Keyspace=moved_{run}";
        }
        var (portal, answers) = await FillAsync(uploads, notes);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await KillAsync(stage, rate, cluster);
        }
        var last = await KiloCommand.RunAsync($"migrate --from-data {_laptop.Path} --data {_target.Path}", environment: cluster);

        last.Said.Contains("Going on: ", StringComparison.Ordinal).ShouldBe(stage == Log, last.Said);
        var there = await Portal.VerifyAsync($"--data {_target.Path}", environment: cluster);
        there["events"]!.GetValue<long>().ShouldBe((await Portal.VerifyAsync($"--data {_laptop.Path}"))["events"]!.GetValue<long>());
        // And back again, over a backup: from twelve partitions into one.
        await KiloCommand.RunAsync($"backup {_target.File("backup")} --data {_target.Path}", environment: cluster);
        await KiloCommand.RunAsync($"restore {_target.File("backup")} --data {_target.File("back")}");
        await using (var back = await KiloProcess.ReadyAsync(_target.File("back")))
        {
            await portal.ShouldBeAsync(back, answers);
        }
        await using var kilo = await KiloProcess.ReadyAsync(_target.Path, environment: cluster);
        await portal.ShouldBeAsync(kilo);
    }

    [Fact]
    public async Task Nobody_serves_from_a_directory_while_it_moves_and_nothing_moves_while_somebody_serves()
    {
        await FillAsync(20);
        await using (var serving = await KiloProcess.ReadyAsync(_laptop.Path))
        {
            (await KiloCommand.RunAsync($"migrate --from-data {_laptop.Path} --data {_target.Path}", exitCode: 2)).Said.ShouldContain($"A Kilo process uses {_laptop.Path}. Stop it first.");
            Directory.GetFileSystemEntries(_target.Path).ShouldBeEmpty();
        }

        await using var moving = KiloCommand.Start($"migrate --from-data {_laptop.Path} --data {_target.Path} --rate 10kB/s");
        await Eventually.Async("the move to begin", () => File.Exists(_target.File("log", "log.db")), Longest);
        foreach (var data in new[] { _laptop.Path, _target.Path })
        {
            await using var refused = KiloProcess.Start(data);
            (await refused.EndedAsync()).ShouldBe(2);
            refused.Output.ShouldContain($"{data} is being filled, moved or backed up into by another Kilo process.");
        }
        moving.HasEnded.ShouldBeFalse();
        await moving.KillAsync();

        await using var again = await KiloProcess.ReadyAsync(_laptop.Path);
    }

    [Fact]
    public async Task A_directory_is_not_moved_onto_itself_and_one_without_data_not_at_all()
    {
        await FillAsync(1);

        (await KiloCommand.RunAsync($"migrate --from-data {_laptop.Path} --data {_laptop.Path}", exitCode: 2)).Said.ShouldContain("Name others by connection strings");
        (await KiloCommand.RunAsync($"migrate --from-data {_target.Path} --data {_laptop.Path}", exitCode: 2)).Said.ShouldContain("holds no data of Kilo");
    }

    // At some moment of what takes long at this rate.
    private async Task KillAsync(string stage, string rate, IReadOnlyDictionary<string, string?>? engines = null)
    {
        await using var migrate = KiloCommand.Start($"migrate --from-data {_laptop.Path} --data {_target.Path} --rate {rate}", engines);
        await Eventually.Async($"it to be {stage}", () => migrate.HasEnded || migrate.Said.Contains(stage, StringComparison.Ordinal), Longest);
        await Task.Delay(_random.Next(400, 1_000));
        Skip.Unless(!migrate.Said.Contains("this build does not carry", StringComparison.Ordinal), migrate.Said);
        migrate.HasEnded.ShouldBeFalse(migrate.Said + migrate.Result);
        await migrate.KillAsync();
    }

    private async Task<(Portal Portal, SortedDictionary<string, string> Answers)> FillAsync(int uploads, int notes = 0)
    {
        await using var kilo = await KiloProcess.ReadyAsync(_laptop.Path);
        var portal = await Portal.FillAsync(kilo, uploads, notes);
        var answers = await portal.AnswersAsync(kilo);
        (await kilo.StopAsync()).ShouldBe(0);
        return (portal, answers);
    }

    public void Dispose()
    {
        _laptop.Dispose();
        _target.Dispose();
    }
}
