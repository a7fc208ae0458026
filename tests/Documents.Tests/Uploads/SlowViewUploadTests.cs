using System.Net;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.Contracts;
using Kilo.Documents.Tests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;

namespace Kilo.Documents.Tests.Uploads;

/// <summary>The view does not follow: the fact is safe, and is there once.</summary>
public sealed class SlowViewUploadTests : IAsyncLifetime
{
    private readonly HeldViews _views = new("documents");
    private KiloServer _server = null!;
    private KiloClient _ada = null!;

    public async Task InitializeAsync()
    {
        _server = await KiloServer.StartAsync(
            KiloServer.Impatient, services => services.Wrap<IViewStores>(_views.Over));
        _ada = await _server.Admin.AddMemberAsync("Ada");
    }

    public async Task DisposeAsync()
    {
        _views.LetGo();
        _ada.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_last_piece_is_answered_with_the_position_and_the_version_can_be_asked_for_later()
    {
        var id = await _ada.AddedAsync("one".Bytes());
        var upload = await _ada.CreatedAsync(3, new { filename = "file.txt", document = id });
        var before = await _server.EventCountAsync(DocumentsTopics.Documents);
        _views.Hold(DocumentsTopics.Documents.Name);

        var last = (await _ada.AppendAsync(upload, 0, "two".Bytes())).ShouldBe(HttpStatusCode.NoContent);
        (last.Document(), last.Header("Kilo-Version")).ShouldBe((id, ""));
        var head = (await _ada.HeadAsync(upload)).ShouldBe(HttpStatusCode.OK);
        (head.Document(), head.Header("Kilo-Version"), head.Header("Kilo-Position")).ShouldBe((id, "", last.Header("Kilo-Position")));

        _views.LetGo();
        (await _ada.GetAsync($"/api/documents/{id}", ("Kilo-Wait-For", last.Header("Kilo-Position")))).ShouldBe(HttpStatusCode.OK);
        (await _ada.HeadAsync(upload)).Header("Kilo-Version").ShouldBe("2");
        (await _server.EventCountAsync(DocumentsTopics.Documents)).ShouldBe(before + 1);
    }
}
