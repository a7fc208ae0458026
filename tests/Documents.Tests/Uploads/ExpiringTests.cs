using System.Net;
using Kilo.Documents.Tests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Kilo.Documents.Tests.Uploads;

/// <summary>Uploads wait seven days for their next bytes. The clock is the test's.</summary>
public sealed class ExpiringTests : IAsyncLifetime
{
    private readonly ManualTime _time = new(DateTimeOffset.UtcNow);
    private KiloServer _server = null!;
    private KiloClient _ada = null!;

    public Task InitializeAsync() => StartAsync(sweeps: false);

    private async Task StartAsync(bool sweeps)
    {
        _server = await KiloServer.StartAsync(
            new Dictionary<string, string?> { ["Kilo:Documents:SweepInterval"] = sweeps ? "00:00:00.05" : "1.00:00:00", ["Kilo:Users:SignInLifetime"] = "100.00:00:00" },
            services => services.RemoveAll<TimeProvider>().AddSingleton<TimeProvider>(_time));
        _ada = await _server.Admin.AddMemberAsync("Ada");
    }

    public async Task DisposeAsync()
    {
        _ada.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task An_upload_that_got_nothing_for_seven_days_has_expired()
    {
        var upload = await _ada.CreatedAsync(5);
        await _ada.AppendAsync(upload, 0, "ab".Bytes());

        _time.Advance(TimeSpan.FromDays(7));

        (await _ada.HeadAsync(upload)).ShouldBe(HttpStatusCode.Gone);
        (await _ada.AppendAsync(upload, 2, "cde".Bytes())).ShouldBeProblem(410, "upload-expired", "7");
    }

    [Fact]
    public async Task Every_piece_starts_the_seven_days_again()
    {
        var upload = await _ada.CreatedAsync(3);
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromDays(6));
            (await _ada.AppendAsync(upload, i, "x".Bytes())).ShouldBe(HttpStatusCode.NoContent);
        }
        _time.Advance(TimeSpan.FromDays(6));
        (await _ada.HeadAsync(upload)).ShouldBe(HttpStatusCode.OK).Document().ShouldNotBe(Guid.Empty);
        _time.Advance(TimeSpan.FromDays(1));
        (await _ada.HeadAsync(upload)).ShouldBe(HttpStatusCode.Gone);
    }

    [Fact]
    public async Task An_expired_key_starts_a_new_upload()
    {
        var upload = (await _ada.CreateAsync(5, new { filename = "a.txt" }, ("Idempotency-Key", "k"))).Header("Location");
        await _ada.AppendAsync(upload, 0, "ab".Bytes());
        _time.Advance(TimeSpan.FromDays(8));

        (await _ada.CreateAsync(5, new { filename = "a.txt" }, ("Idempotency-Key", "k"))).ShouldBeProblem(410, "upload-expired", "again");
        (await _ada.CreateAsync(5, new { filename = "a.txt" }, ("Idempotency-Key", "k"))).ShouldBe(HttpStatusCode.Created).Header("Location").ShouldBe(upload);

        (await _ada.HeadAsync(upload)).Offset().ShouldBe(0);
    }

    [Fact]
    public async Task The_sweep_removes_what_has_expired_and_keeps_the_rest()
    {
        await DisposeAsync();
        await StartAsync(sweeps: true);
        var (old, finished) = (await _ada.CreatedAsync(5), await _ada.CreatedAsync(2));
        var document = (await _ada.AppendAsync(finished, 0, "ab".Bytes())).Document();
        _time.Advance(TimeSpan.FromDays(5));
        var young = await _ada.CreatedAsync(5);

        _time.Advance(TimeSpan.FromDays(3));

        foreach (var gone in new[] { old, finished })
        {
            await Eventually.Async("an expired upload to be removed", async () => (await _ada.HeadAsync(gone)).Status == HttpStatusCode.NotFound);
        }
        (await _ada.HeadAsync(young)).ShouldBe(HttpStatusCode.OK);
        (await _ada.DownloadAsync(document)).ShouldBe("ab".Bytes());
    }
}
