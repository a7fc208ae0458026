using System.Runtime.Versioning;
using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Kilo.SystemTests.Operations;

/// <summary>A backup of a portal that people work with, and the portal that comes back from it.</summary>
[Collection(Loads.Name)]
public sealed class BackupTests(ITestOutputHelper output) : IDisposable
{
    private readonly DataDirectory _data = new();
    private readonly DataDirectory _restored = new();
    private readonly DataDirectory _backups = new();

    private string Backup => _backups.File("backup");

    [Fact]
    public async Task A_backup_of_a_server_under_load_restores_to_an_equal_portal()
    {
        output.WriteLine($"KILO_TEST_SEED={Seed.Value}");
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path);
        var portal = await Portal.FillAsync(kilo);
        using var admin = await kilo.AdminAsync();
        using var stop = new CancellationTokenSource();
        var load = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await portal.AddAsync(admin, 1);
            }
        });

        var acknowledged = portal.Ledger.Count;
        var backup = await KiloCommand.RunAsync($"backup {Backup} --data {_data.Path}");
        await stop.CancelAsync();
        await load;

        backup.Result.ShouldContain("password hash");
        // Taken in the middle of the load: whole in itself, and with everything from before it.
        await KiloCommand.RunAsync($"restore {Backup} --data {_restored.File("early")}");
        var early = await Portal.VerifyAsync($"--data {_restored.File("early")}");
        early["events"]!.GetValue<long>().ShouldBe(Backups.Events(Backup));
        early["events"]!.GetValue<long>().ShouldBeGreaterThan(acknowledged);

        // Again, when all is said.
        await KiloCommand.RunAsync($"backup {Backup} --data {_data.Path}");
        var answers = await portal.AnswersAsync(kilo);
        var restore = await KiloCommand.RunAsync($"restore {Backup} --data {_restored.File("late")}");
        restore.Result.ShouldContain("each as it was");
        await using var again = await KiloProcess.ReadyAsync(_restored.File("late"));
        await portal.ShouldBeAsync(again, answers);
        again.Output.ShouldNotContain("first administrator");
    }

    [Fact]
    public async Task A_second_backup_adds_what_is_new_and_leaves_the_rest_alone()
    {
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path);
        var portal = await Portal.FillAsync(kilo);
        await KiloCommand.RunAsync($"backup {Backup} --data {_data.Path}");
        var (events, old) = (Backups.Events(Backup), Backups.Contents(Backup).ToDictionary(f => f.FullName, f => f.LastWriteTimeUtc));
        foreach (var bytes in portal.Purged)
        {
            old.Keys.ShouldNotContain(path => path.EndsWith(Bytes.Sha256(bytes), StringComparison.Ordinal), "What was purged is in no backup made afterwards.");
        }

        using var admin = await kilo.AdminAsync();
        var added = Bytes.Random(new Random(1), 150_000);
        await admin.AddedAsync(added, "new.bin");
        // One that is there, but not as long as it was: a disk that was full, a machine that failed.
        var cut = Backups.Contents(Backup).First(f => f.Length > 1_000).FullName;
        await File.WriteAllBytesAsync(cut, [1]);
        await KiloCommand.RunAsync($"backup {Backup} --data {_data.Path}");

        Backups.Events(Backup).ShouldBe(events + 2, "A sign-in and a document.");
        var now = Backups.Contents(Backup).ToDictionary(f => f.FullName, f => f.LastWriteTimeUtc);
        now.Keys.Except(old.Keys).ShouldHaveSingleItem().ShouldEndWith(Bytes.Sha256(added));
        now.Where(f => old.TryGetValue(f.Key, out var at) && at != f.Value).Select(f => f.Key).ShouldBe([cut]);
        Backups.Segments(Backup).Count().ShouldBe(4, "The last segment of a topic is filled up before another one begins.");
        Directory.EnumerateFiles(Path.Combine(Backup, "log"), "*", SearchOption.AllDirectories).Count().ShouldBe(4);
        await Portal.VerifyAsync($"--backup {Backup}");
    }

    [Fact]
    public async Task Contents_that_are_purged_while_a_backup_runs_are_not_missed()
    {
        // Longer than an upload takes between its bytes and its fact.
        var swept = new Dictionary<string, string?> { ["Kilo__Documents__ContentGracePeriod"] = "00:00:01", ["Kilo__Documents__SweepInterval"] = "00:00:00.2" };
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path, environment: swept);
        using var admin = await kilo.AdminAsync();
        for (var i = 0; i < 40; i++)
        {
            await admin.AddedAsync(Bytes.Random(new Random(10 + i), 70_000), $"{i}.bin");
        }
        // Contents go in the order of the log: this one last.
        var document = await admin.AddedAsync(Bytes.Random(new Random(2), 100_000), "gone.bin");

        await using var backup = KiloCommand.Start($"backup {Backup} --data {_data.Path} --rate 500kB/s");
        await Eventually.Async("the backup to be at the contents", () => Backups.Contents(Backup).Count > 0, TimeSpan.FromSeconds(30));
        await admin.DeleteAsync($"/api/documents/{document}");
        await admin.DeleteAsync($"/api/documents/{document}?purge=true");
        await backup.EndedAsync();

        backup.ExitCode.ShouldBe(0, backup.Result + backup.Said);
        backup.Said.ShouldContain("purged meanwhile");
        await KiloCommand.RunAsync($"restore {Backup} --data {_restored.Path}");
        await Portal.VerifyAsync($"--data {_restored.Path}");
    }

    [SkippableFact, UnsupportedOSPlatform("windows")]
    public async Task Only_its_owner_may_read_a_backup()
    {
        Skip.Unless(!OperatingSystem.IsWindows(), "Windows has no such modes.");
        await using (var kilo = await KiloProcess.ReadyAsync(_data.Path))
        {
            await Portal.FillAsync(kilo, 10);
        }

        await KiloCommand.RunAsync($"backup {Backup} --data {_data.Path}");

        foreach (var path in Directory.EnumerateFileSystemEntries(Backup, "*", SearchOption.AllDirectories).Prepend(Backup))
        {
            (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)).ShouldBe(UnixFileMode.None, path);
        }
    }

    [Fact]
    public async Task A_directory_with_something_else_in_it_gets_no_backup()
    {
        await using (var kilo = await KiloProcess.ReadyAsync(_data.Path))
        {
            using var admin = await kilo.AdminAsync();
        }
        Directory.CreateDirectory(Backup);
        await File.WriteAllTextAsync(Path.Combine(Backup, "letter.txt"), "mine");

        (await KiloCommand.RunAsync($"backup {Backup} --data {_data.Path}", exitCode: 2)).Said.ShouldContain("is not empty, and is no backup");

        Directory.GetFileSystemEntries(Backup).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_backup_of_one_log_takes_nothing_of_another()
    {
        foreach (var data in new[] { _data, _restored })
        {
            await using var kilo = await KiloProcess.ReadyAsync(data.Path);
        }
        await KiloCommand.RunAsync($"backup {Backup} --data {_data.Path}");

        (await KiloCommand.RunAsync($"backup {Backup} --data {_restored.Path}", exitCode: 2)).Said.ShouldContain("is a backup of another log");
    }

    public void Dispose()
    {
        _data.Dispose();
        _restored.Dispose();
        _backups.Dispose();
    }
}
