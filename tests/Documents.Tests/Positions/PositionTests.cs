using System.Net;
using Kilo.BuildingBlocks.Log;
using Kilo.Documents.Contracts;
using Kilo.Documents.Tests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;

namespace Kilo.Documents.Tests.Positions;

public sealed class PositionTests : IAsyncLifetime
{
    private KiloServer _server = null!;
    private KiloClient _ada = null!;

    public async Task InitializeAsync()
    {
        _server = await KiloServer.StartAsync(KiloServer.Impatient);
        _ada = await _server.Admin.AddMemberAsync("Ada");
        await Eventually.Async("Ada's token to be known", async () => (await _ada.GetAsync("/api/documents")).Status == HttpStatusCode.OK);
    }

    public async Task DisposeAsync()
    {
        _ada.Dispose();
        await _server.DisposeAsync();
    }

    private Task<Answer> WaitForAsync(string position) => _ada.GetAsync("/api/documents", ("Kilo-Wait-For", position));

    [Fact]
    public async Task A_read_that_waits_for_a_write_sees_it()
    {
        for (var i = 0; i < 20; i++)
        {
            var written = await _ada.AddAsync("x".Bytes(), $"{i}.txt", null, ("Prefer", "respond-async"));

            var list = (await WaitForAsync(written.Header("Kilo-Position"))).ShouldBe(HttpStatusCode.OK);

            list.Json["items"]!.AsArray().Select(d => d!.Text("title")).ShouldContain($"{i}.txt");
        }
    }

    [Fact]
    public async Task A_write_says_where_its_fact_stands_and_a_read_how_new_it_is()
    {
        var written = await _ada.AddAsync("x".Bytes());
        var read = await _ada.GetAsync("/api/documents");

        LogPosition.TryParse(written.Header("Kilo-Position"), out var position).ShouldBeTrue();
        (position.Epoch, position.Topic).ShouldBe((_server.Log.Epoch, DocumentsTopics.Documents.Name));
        read.Header("Kilo-Position").Split(',').ShouldContain(p => p == position.ToString());
        // What one answer said, the next request can ask for, however many positions there are.
        (await WaitForAsync(read.Header("Kilo-Position"))).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("a/b/c/d")]
    [InlineData("a/b/1")]
    [InlineData("a/b/1/2/3")]
    [InlineData("a/kilo.documents/-1/2")]
    [InlineData("a/kilo.documents/0/99999999999999999999")]
    [InlineData(",")]
    [InlineData("")]
    public async Task What_is_no_position_is_refused(string position) => (await WaitForAsync(position)).ShouldBeProblem(400, "invalid-position", "Kilo-Position");

    [Fact]
    public async Task More_positions_than_any_answer_has_are_refused() =>
        (await WaitForAsync(string.Join(',', Enumerable.Repeat($"{_server.Log.Epoch}/kilo.documents/0/0", 101)))).ShouldBeProblem(400, "invalid-position");

    [Fact]
    public async Task A_position_of_another_log_or_topic_is_nothing_to_wait_for()
    {
        (await WaitForAsync("other000/kilo.documents/0/1000000")).ShouldBe(HttpStatusCode.OK);
        (await WaitForAsync($"{_server.Log.Epoch}/kilo.unheard-of/0/1000000")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_position_that_is_never_reached_is_answered_after_the_wait()
    {
        var answer = await WaitForAsync($"{_server.Log.Epoch}/kilo.documents/0/1000000");

        answer.ShouldBeProblem(503, "view-behind", "Try again").Header("Retry-After").ShouldBe("1");
        (await WaitForAsync($"{_server.Log.Epoch}/kilo.documents/99/0")).ShouldBeProblem(503, "view-behind");
    }

    [Fact]
    public async Task One_that_waits_in_vain_keeps_nobody_else_waiting()
    {
        var stuck = WaitForAsync($"{_server.Log.Epoch}/kilo.documents/0/1000000");

        (await _ada.AddAsync("x".Bytes())).ShouldBe(HttpStatusCode.Created);
        (await stuck).ShouldBeProblem(503, "view-behind");
    }
}
