using Kilo.SystemTests.Kit;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;

namespace Kilo.SystemTests.Operations;

/// <summary>An operator asks whether everything is there and as it was stored.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly DataDirectory _data = new();

    [Fact]
    public async Task A_server_that_runs_is_verified_beside_it()
    {
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path);
        var portal = await Portal.FillAsync(kilo, 30);

        var said = await KiloCommand.RunAsync($"verify --data {_data.Path} --rate 1GB/s");
        var found = await Portal.VerifyAsync($"--data {_data.Path}");

        said.Result.ShouldContain("0 missing or damaged");
        found["ok"]!.GetValue<bool>().ShouldBeTrue();
        found["contents"]!.GetValue<int>().ShouldBeGreaterThan(25);
        found["unreferenced"]!.GetValue<int>().ShouldBe(portal.Purged.Count, "What was purged is still there, for the grace period.");
    }

    [Fact]
    public async Task What_is_missing_or_damaged_is_named_with_its_documents_and_versions()
    {
        var (damaged, deleted, cut) = (Bytes.Random(new Random(1), 100_000), Bytes.Random(new Random(2), 110_000), Bytes.Random(new Random(3), 120_000));
        Guid document, second, third;
        await using (var kilo = await KiloProcess.ReadyAsync(_data.Path))
        {
            using var admin = await kilo.AdminAsync();
            document = await admin.AddedAsync(Bytes.Of("one"));
            // The same bytes again are no version; the same request again is none either.
            await admin.AddVersionAsync(document, Bytes.Of("one"), headers: ("Idempotency-Key", "a"));
            foreach (var _ in Enumerable.Range(0, 2))
            {
                await admin.AddVersionAsync(document, damaged, headers: ("Idempotency-Key", "b"));
            }
            second = await admin.AddedAsync(deleted);
            (await admin.PostAsync($"/api/documents/{document}/versions/1/restore")).Json["number"]!.GetValue<int>().ShouldBe(3);
            (await admin.AddVersionAsync(document, deleted)).Json["number"]!.GetValue<int>().ShouldBe(4);
            third = await admin.AddedAsync(cut);
        }
        Backups.Damage(FileOf(damaged));
        File.Delete(FileOf(deleted));
        await using (var file = File.OpenWrite(FileOf(cut)))
        {
            file.SetLength(100);
        }

        var said = (await KiloCommand.RunAsync($"verify --data {_data.Path}", exitCode: 1)).Result.Split('\n', StringSplitOptions.TrimEntries);
        var found = await Portal.VerifyAsync($"--data {_data.Path}", exitCode: 1);

        said.ShouldContain($"{Bytes.Sha256(damaged)}: its bytes are not those that were stored; document {document} version 2");
        said.ShouldContain(line => line.StartsWith($"{Bytes.Sha256(deleted)}: missing; ", StringComparison.Ordinal)
            && line.Contains($"document {second} version 1", StringComparison.Ordinal) && line.Contains($"document {document} version 4", StringComparison.Ordinal));
        said.ShouldContain($"{Bytes.Sha256(cut)}: has 100 bytes instead of 120000; document {third} version 1");
        found["ok"]!.GetValue<bool>().ShouldBeFalse();
        found["faults"]!.AsArray().Count.ShouldBe(3);
        found["faults"]!.AsArray().Single(f => f!["sha256"]!.GetValue<string>() == Bytes.Sha256(damaged))!["versions"]![0]!["version"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task A_directory_without_data_is_refused_and_stays_as_it_is()
    {
        (await KiloCommand.RunAsync($"verify --data {_data.Path}", exitCode: 2)).Said.ShouldContain("holds no data of Kilo");
        (await KiloCommand.RunAsync($"verify --data {_data.File("typo")}", exitCode: 2)).Said.ShouldContain("holds no data of Kilo");

        Directory.GetFileSystemEntries(_data.Path).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("verify --rate fast", "is no rate like 100MB/s")]
    [InlineData("verify --rate", "its value is missing")]
    [InlineData("verify --json=yes", "is no option of verify")]
    [InlineData("verify everything", "takes options only")]
    [InlineData("backup", "takes DIR")]
    [InlineData("restore --deep x", "is no option of restore")]
    [InlineData("migrate", "--from-data is missing")]
    public async Task What_a_command_does_not_take_is_refused_with_what_it_takes(string arguments, string sentence)
    {
        var refused = await KiloCommand.RunAsync(arguments, exitCode: 2);

        refused.Said.ShouldContain(sentence);
        refused.Result.ShouldBeEmpty();
    }

    private string FileOf(byte[] bytes) => Bytes.Sha256(bytes) is var hash ? _data.File("content", hash[..2], hash[2..4], hash) : "";

    public void Dispose() => _data.Dispose();
}
