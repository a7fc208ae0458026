using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Kilo.Testing;
using Kilo.Testing.Http;

namespace Kilo.Documents.Tests.Kit;

/// <summary>Somebody who follows what happens.</summary>
public sealed class Follower : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private Follower(HttpResponseMessage response, IAsyncEnumerator<SseItem<string>> items) => (_response, _items) = (response, items);

    /// <summary>The first thing that the stream said: <c>ready</c> or <c>reset</c>.</summary>
    public string First { get; private set; } = "";

    /// <summary>What to come back with.</summary>
    public string LastId { get; private set; } = "";

    /// <summary>Returns when the stream has begun.</summary>
    public static async Task<Follower> StartAsync(KiloClient who, string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/live");
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }
        var response = await who.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var follower = new Follower(response, SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator());
        follower.First = (await follower.ItemAsync("the stream to begin"))!.Value.EventType;
        return follower;
    }

    /// <summary>The next change.</summary>
    public async Task<JsonNode> NextAsync()
    {
        while (true)
        {
            if ((await ItemAsync("a change")).ShouldNotBeNull() is { EventType: "change" } item)
            {
                return JsonNode.Parse(item.Data)!;
            }
        }
    }

    /// <summary>Returns when the server has ended the stream.</summary>
    public async Task EndedAsync()
    {
        while (await ItemAsync("the stream to end") is not null)
        {
        }
    }

    private async Task<SseItem<string>?> ItemAsync(string what)
    {
        var next = _items.MoveNextAsync().AsTask();
        await Eventually.Ends(what, next);
        if (!await next)
        {
            return null;
        }
        LastId = _items.Current.EventId ?? LastId;
        return _items.Current;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
