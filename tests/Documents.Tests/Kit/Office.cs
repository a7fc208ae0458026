using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Kilo.BuildingBlocks.Content;
using Kilo.Documents.Contracts;
using Kilo.Testing.Http;

namespace Kilo.Documents.Tests.Kit;

/// <summary>One server for a test class. Its tests share it, and each has people and documents of its own.</summary>
public sealed class Office : IAsyncLifetime
{
    public KiloServer Server { get; private set; } = null!;

    public KiloClient Anonymous => Server.Anonymous;

    public async Task InitializeAsync() => Server = await KiloServer.StartAsync();

    public Task DisposeAsync() => Server.DisposeAsync().AsTask();

    /// <summary>Somebody new, with an empty personal library.</summary>
    public Task<KiloClient> MemberAsync(string name = "Ada") => Server.Admin.AddMemberAsync(name);

    public Task<long> EventsAsync() => Server.EventCountAsync(DocumentsTopics.Documents);
}

internal static class Words
{
    /// <summary>A file's bytes.</summary>
    public static byte[] Bytes(this string text) => Encoding.UTF8.GetBytes(text);

    public static string Sha256(this byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static string Text(this JsonNode node, string property) => node[property]!.GetValue<string>();

    public static int Number(this JsonNode node, string property) => node[property]!.GetValue<int>();

    public static Guid Id(this Answer answer) => answer.Json["id"]!.GetValue<Guid>();

    public static IEnumerable<string> Titles(this IEnumerable<JsonNode> items) => items.Select(i => i.Text("title"));

    public static async Task<bool> HasAsync(this IContentStore contents, byte[] bytes)
    {
        await using var stream = await contents.OpenAsync(new ContentHash(bytes.Sha256()), 0, bytes.Length, CancellationToken.None);
        return stream is not null;
    }

    public static async Task<long> CountAsync(this KiloServer server) =>
        (await server.Anonymous.GetAsync("/api/documents/count")).Json["count"]!.GetValue<long>();
}
