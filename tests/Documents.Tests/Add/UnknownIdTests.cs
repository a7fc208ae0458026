using Kilo.Documents.Tests.Kit;
using Kilo.Testing.Http;

namespace Kilo.Documents.Tests.Add;

public sealed class UnknownIdTests(Office office) : IClassFixture<Office>
{
    [Fact]
    public async Task Whatever_is_asked_of_a_document_that_does_not_exist_is_answered_with_404()
    {
        using var ada = await office.MemberAsync();
        var (path, before) = ($"/api/documents/{Guid.NewGuid()}", await office.EventsAsync());

        foreach (var read in new[] { "", "/versions", "/versions/1", "/versions/1/content", "/content", "/timeline" })
        {
            (await ada.GetAsync(path + read)).ShouldBeProblem(404, "not-found", "document");
        }
        (await ada.PatchAsync(path, new { title = "x" })).ShouldBeProblem(404, "not-found");
        (await ada.DeleteAsync(path)).ShouldBeProblem(404, "not-found");
        (await ada.DeleteAsync(path + "?purge=true")).ShouldBeProblem(404, "not-found");
        (await ada.PostAsync(path + "/restore")).ShouldBeProblem(404, "not-found");
        (await ada.PostAsync(path + "/versions/1/restore")).ShouldBeProblem(404, "not-found");
        (await ada.SendAsync(HttpMethod.Post, path + "/versions", KiloClient.Form("x".Bytes(), "a.txt", null))).ShouldBeProblem(404, "not-found");

        (await office.EventsAsync()).ShouldBe(before);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public async Task A_version_that_does_not_exist_is_answered_with_404(int number)
    {
        using var ada = await office.MemberAsync();
        var path = $"/api/documents/{await ada.AddedAsync("x".Bytes())}/versions/{number}";
        var before = await office.EventsAsync();

        (await ada.GetAsync(path)).ShouldBeProblem(404, "not-found", "version");
        (await ada.GetAsync(path + "/content")).ShouldBeProblem(404, "not-found", "version");
        (await ada.PostAsync(path + "/restore")).ShouldBeProblem(404, "not-found", "version");

        (await office.EventsAsync()).ShouldBe(before);
    }

    [Theory]
    [InlineData("/api/documents/not-an-id")]
    [InlineData("/api/documents/00000000000000000000000000000000000000/versions")]
    [InlineData("/api/nothing")]
    public async Task An_address_that_means_nothing_is_answered_with_404(string path)
    {
        using var ada = await office.MemberAsync();

        (await ada.GetAsync(path)).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task A_method_that_an_address_does_not_take_is_answered_with_405()
    {
        using var ada = await office.MemberAsync();

        (await ada.SendAsync(HttpMethod.Put, $"/api/documents/{Guid.NewGuid()}", null)).ShouldBeProblem(405, "method-not-allowed");
    }
}
