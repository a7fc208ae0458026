using System.Net;
using Kilo.SystemTests.Kit;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;

namespace Kilo.SystemTests.Views;

/// <summary>The log is the only source of truth: views that are gone, or of another log, are folded again.</summary>
public sealed class ReplacedFilesTests : IDisposable
{
    private readonly DataDirectory _data = new();

    [Fact]
    public async Task Views_that_were_deleted_are_folded_again_at_the_next_start()
    {
        var (ledger, token, user) = await FilledAsync(_data);
        Directory.Delete(_data.File("views"), recursive: true);

        await using var kilo = await KiloProcess.ReadyAsync(_data.Path);
        using var same = kilo.Anonymous.WithToken(token, user);
        await ledger.ShouldHoldAsync(same);
        (await same.GetAsync("/api/users/count")).Json["count"]!.GetValue<int>().ShouldBe(1);
        using var admin = await kilo.AdminAsync();
    }

    [Fact]
    public async Task Views_of_one_module_that_were_deleted_are_folded_again_beside_the_others()
    {
        var (ledger, token, user) = await FilledAsync(_data);
        foreach (var file in Directory.GetFiles(_data.File("views"), "documents.db*"))
        {
            File.Delete(file);
        }

        await using var kilo = await KiloProcess.ReadyAsync(_data.Path);
        using var same = kilo.Anonymous.WithToken(token, user);
        await ledger.ShouldHoldAsync(same);
    }

    [Fact]
    public async Task A_view_file_that_is_no_database_is_put_aside_and_folded_again()
    {
        var (ledger, token, user) = await FilledAsync(_data);
        await File.WriteAllBytesAsync(_data.File("views/documents.db"), Enumerable.Repeat((byte)'x', 8192).ToArray());

        await using var kilo = await KiloProcess.ReadyAsync(_data.Path);
        using var same = kilo.Anonymous.WithToken(token, user);
        await ledger.ShouldHoldAsync(same);
        Directory.GetFiles(_data.File("views"), "documents.db.damaged-*").ShouldNotBeEmpty();
        kilo.Output.ShouldContain("is damaged");
    }

    [Fact]
    public async Task Views_follow_a_log_that_was_replaced_by_another()
    {
        using var other = new DataDirectory();
        await FilledAsync(_data);
        var (ledger, token, user) = await FilledAsync(other, "of the other log");
        foreach (var part in new[] { "log", "content" })
        {
            Directory.Delete(_data.File(part), recursive: true);
            Directory.Move(other.File(part), _data.File(part));
        }

        await using var kilo = await KiloProcess.ReadyAsync(_data.Path);
        using var same = kilo.Anonymous.WithToken(token, user);
        await ledger.ShouldHoldAsync(same);
        (await same.GetAsync("/api/users/count")).Json["count"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task A_position_of_the_log_that_was_replaced_is_nothing_to_wait_for()
    {
        string position;
        await using (var first = await KiloProcess.ReadyAsync(_data.Path))
        {
            using var admin = await first.AdminAsync();
            position = (await admin.AddAsync(Bytes.Of("of the old log"))).Header("Kilo-Position");
            await first.StopAsync();
        }
        Directory.Delete(_data.File("log"), recursive: true);

        await using var second = await KiloProcess.ReadyAsync(_data.Path);
        using var again = await second.AdminAsync();
        var listed = await again.GetAsync("/api/documents", ("Kilo-Wait-For", position));
        listed.Status.ShouldBe(HttpStatusCode.OK);
        listed.Json["items"]!.AsArray().ShouldBeEmpty();
    }

    private static async Task<(Ledger Ledger, string Token, Guid User)> FilledAsync(DataDirectory data, string name = "u")
    {
        await using var kilo = await KiloProcess.ReadyAsync(data.Path);
        using var admin = await kilo.AdminAsync();
        var ledger = new Ledger();
        var shared = await Uploader.ShareAsync(admin, ledger, 2);
        await new Uploader(name, 1, ledger, shared).SendAsync(admin, 20);
        (await kilo.StopAsync()).ShouldBe(0);
        return (ledger, admin.Token!, admin.UserId);
    }

    public void Dispose() => _data.Dispose();
}
