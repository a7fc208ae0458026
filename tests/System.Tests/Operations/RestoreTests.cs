using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;

namespace Kilo.SystemTests.Operations;

/// <summary>Engines are filled from a backup: only empty ones, only with what is right, and in the end with all of it once.</summary>
[Collection(Loads.Name)]
public sealed class RestoreTests : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly DataDirectory _data = new();
    private readonly DataDirectory _target = new();
    private readonly DataDirectory _backups = new();

    private string Backup => _backups.File("backup");

    [Fact]
    public async Task Backup_and_restore_that_are_killed_again_and_again_end_whole()
    {
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path);
        var portal = await Portal.FillAsync(kilo, 120);
        var events = (await Portal.VerifyAsync($"--data {_data.Path}"))["events"]!.GetValue<long>();

        // Killed while there are so many contents, then left alone.
        foreach (var share in new[] { 1, 20, 60 })
        {
            await using var backup = KiloCommand.Start($"backup {Backup} --data {_data.Path} --rate 3MB/s");
            await Eventually.Async($"{share} contents to be copied", () => Backups.Contents(Backup).Count >= share || backup.HasEnded, Longest);
            backup.HasEnded.ShouldBeFalse("It should be killed before its end. " + backup.Said);
            await backup.KillAsync();
            Backups.IsWhole(Backup).ShouldBeFalse();
            (await KiloCommand.RunAsync($"restore {Backup} --data {_target.Path}", exitCode: 2)).Said.ShouldContain("is no backup");
        }
        await KiloCommand.RunAsync($"backup {Backup} --data {_data.Path}");
        Backups.Events(Backup).ShouldBe(events);
        await Portal.VerifyAsync($"--backup {Backup}");

        foreach (var files in new[] { 1, 5, 10 })
        {
            await using var restore = KiloCommand.Start($"restore {Backup} --data {_target.Path} --rate 3MB/s");
            await Eventually.Async($"{files} files to be copied", () => Backups.Files(_target).Count >= files || restore.HasEnded, Longest);
            restore.HasEnded.ShouldBeFalse("It should be killed before its end. " + restore.Said);
            await restore.KillAsync();
        }
        await KiloCommand.RunAsync($"restore {Backup} --data {_target.Path}");

        (await Portal.VerifyAsync($"--data {_target.Path}"))["events"]!.GetValue<long>().ShouldBe(events, "Nothing twice.");
        await using var again = await KiloProcess.ReadyAsync(_target.Path);
        await portal.ShouldBeAsync(again, await portal.AnswersAsync(kilo));
    }

    [Fact]
    public async Task A_restore_that_is_killed_among_the_events_goes_on_with_the_next_one()
    {
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path);
        var portal = await Portal.FillAsync(kilo, uploads: 0, notes: 150);
        await KiloCommand.RunAsync($"backup {Backup} --data {_data.Path}");
        var random = new Random(Seed.Value);

        for (var kill = 0; kill < 3; kill++)
        {
            await using var restore = KiloCommand.Start($"restore {Backup} --data {_target.Path} --rate 8kB/s");
            await Eventually.Async("the restore to begin", () => File.Exists(_target.File("log", "log.db")) || restore.HasEnded, Longest);
            // Waits for nothing: it chooses a moment.
            await Task.Delay(random.Next(1_000, 2_000));
            restore.HasEnded.ShouldBeFalse(restore.Said + restore.Result);
            await restore.KillAsync();
        }
        var last = await KiloCommand.RunAsync($"restore {Backup} --data {_target.Path}");

        last.Said.ShouldContain("Going on: ");
        (await Portal.VerifyAsync($"--data {_target.Path}"))["events"]!.GetValue<long>().ShouldBe(Backups.Events(Backup), "Nothing twice.");
        await using var again = await KiloProcess.ReadyAsync(_target.Path);
        await portal.ShouldBeAsync(again, await portal.AnswersAsync(kilo));
    }

    [Fact]
    public async Task Engines_that_hold_something_else_are_refused_and_stay_as_they_are()
    {
        await BackUpAsync();
        await using (var other = await KiloProcess.ReadyAsync(_target.Path))
        {
            (await KiloCommand.RunAsync($"restore {Backup} --data {_target.Path}", exitCode: 2)).Said.ShouldContain($"A Kilo process uses {_target.Path}. Stop it first.");
        }
        var before = await Portal.VerifyAsync($"--data {_target.Path}");

        var refused = await KiloCommand.RunAsync($"restore {Backup} --data {_target.Path}", exitCode: 2);

        refused.Said.ShouldContain("holds events that are not from there. Kilo copies into empty engines");
        (await Portal.VerifyAsync($"--data {_target.Path}")).ToJsonString().ShouldBe(before.ToJsonString());
    }

    [Fact]
    public async Task A_portal_that_went_on_is_not_filled_again()
    {
        await BackUpAsync();
        await KiloCommand.RunAsync($"restore {Backup} --data {_target.Path}");
        // As often as one likes, as long as nobody has written.
        await KiloCommand.RunAsync($"restore {Backup} --data {_target.Path}");
        await using (var kilo = await KiloProcess.ReadyAsync(_target.Path))
        {
            using var admin = await kilo.AdminAsync();
        }

        (await KiloCommand.RunAsync($"restore {Backup} --data {_target.Path}", exitCode: 2)).Said.ShouldContain("empty engines");
    }

    [Fact]
    public async Task Damage_in_a_backup_is_found_before_an_event_is_appended()
    {
        var portal = await BackUpAsync();
        var large = Backups.Contents(Backup).First(f => f.Length > 1_000);
        Backups.Damage(large.FullName);

        var refused = await KiloCommand.RunAsync($"restore {Backup} --data {_target.Path}", exitCode: 1);

        refused.Result.ShouldContain($"{large.Name}: its bytes are not those that were stored; document ");
        refused.Result.ShouldContain("No event was appended");
        (await Portal.VerifyAsync($"--data {_target.Path}"))["events"]!.GetValue<long>().ShouldBe(0);
        (await Portal.VerifyAsync($"--backup {Backup}", exitCode: 1))["faults"]!.AsArray().ShouldHaveSingleItem();

        // The next backup of the same portal does not notice: the length is right. What is deleted it copies again.
        large.Delete();
        await KiloCommand.RunAsync($"backup {Backup} --data {_data.Path}");
        await KiloCommand.RunAsync($"restore {Backup} --data {_target.Path}");
        await using var again = await KiloProcess.ReadyAsync(_target.Path);
        await portal.ShouldBeAsync(again);
    }

    [Fact]
    public async Task A_backup_with_damage_is_restored_without_it_when_somebody_says_so()
    {
        await BackUpAsync();
        var large = Backups.Contents(Backup).First(f => f.Length > 1_000);
        large.Delete();

        var restored = await KiloCommand.RunAsync($"restore {Backup} --data {_target.Path} --accept-damaged", exitCode: 1);

        restored.Result.ShouldContain($"{large.Name}: missing");
        var found = await Portal.VerifyAsync($"--data {_target.Path}", exitCode: 1);
        found["events"]!.GetValue<long>().ShouldBe(Backups.Events(Backup));
        found["faults"]!.AsArray().ShouldHaveSingleItem()!["sha256"]!.GetValue<string>().ShouldBe(large.Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_log_in_a_backup_is_found(bool deleted)
    {
        await BackUpAsync();
        var segment = Path.Combine(Backup, Backups.Segments(Backup).First());
        if (deleted)
        {
            File.Delete(segment);
        }
        else
        {
            Backups.Damage(segment);
        }

        (await KiloCommand.RunAsync($"restore {Backup} --data {_target.Path}", exitCode: 1)).Said.ShouldContain($"{segment} is {(deleted ? "missing" : "damaged")}");
        (await KiloCommand.RunAsync($"verify --backup {Backup}", exitCode: 1)).Said.ShouldContain(segment);
    }

    private async Task<Portal> BackUpAsync()
    {
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path);
        var portal = await Portal.FillAsync(kilo, 20);
        await KiloCommand.RunAsync($"backup {Backup} --data {_data.Path}");
        return portal;
    }

    public void Dispose()
    {
        _data.Dispose();
        _target.Dispose();
        _backups.Dispose();
    }
}
