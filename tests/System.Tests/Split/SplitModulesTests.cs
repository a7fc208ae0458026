using System.Net;
using Kilo.SystemTests.Kit;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;

namespace Kilo.SystemTests.Split;

/// <summary>Every workload a process of its own, over one data directory.</summary>
public sealed class SplitModulesTests : IDisposable
{
    private readonly DataDirectory _data = new();

    [Fact]
    public async Task A_token_from_the_users_process_is_good_at_the_documents_process_at_once()
    {
        await using var usersAggregator = KiloProcess.Start(_data.Path, "--role aggregator --modules users");
        await using var documentsAggregator = KiloProcess.Start(_data.Path, "--role aggregator --modules documents");
        await using var users = KiloProcess.Start(_data.Path, "--role rest --modules users");
        await using var documents = KiloProcess.Start(_data.Path, "--role rest --modules documents");
        await Task.WhenAll(usersAggregator.IsReadyAsync(), documentsAggregator.IsReadyAsync(), users.IsReadyAsync(), documents.IsReadyAsync());

        using var atUsers = await users.AdminAsync();
        using var admin = documents.Anonymous.WithToken(atUsers.Token!, atUsers.UserId);
        var document = await admin.AddedAsync(Bytes.Of("across processes"));
        (await admin.DownloadAsync(document)).ShouldBe(Bytes.Of("across processes"));
        (await admin.ListAsync("/api/documents")).ShouldHaveSingleItem()["createdBy"]!["displayName"]!.GetValue<string>().ShouldBe("Administrator");

        // A member who is one request old.
        using var memberAtUsers = await atUsers.AddMemberAsync("Mia");
        using var member = documents.Anonymous.WithToken(memberAtUsers.Token!, memberAtUsers.UserId);
        (await member.AddedAsync(Bytes.Of("of a member"))).ShouldNotBe(Guid.Empty);
        (await member.GetAsync($"/api/documents/{document}")).Status.ShouldBe(HttpStatusCode.NotFound);

        // Signing out at one process is signed out at the other, as soon as that has heard of it: the position says when.
        var signedOut = await memberAtUsers.DeleteAsync("/api/tokens/current");
        signedOut.Status.ShouldBe(HttpStatusCode.NoContent);
        await Testing.Eventually.Async("documents to have heard that the token was revoked", async () => (await member.GetAsync("/api/documents")).Status == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_process_serves_the_routes_of_its_own_modules_alone()
    {
        await using var all = await KiloProcess.ReadyAsync(_data.Path, "--role aggregator");
        await using var users = await KiloProcess.ReadyAsync(_data.Path, "--role rest --modules users");
        await using var documents = await KiloProcess.ReadyAsync(_data.Path, "--role rest --modules documents");

        (await users.Anonymous.GetAsync("/api/users/count")).Status.ShouldBe(HttpStatusCode.OK);
        (await users.Anonymous.GetAsync("/api/documents/count")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await documents.Anonymous.GetAsync("/api/documents/count")).Status.ShouldBe(HttpStatusCode.OK);
        (await documents.Anonymous.GetAsync("/api/users/count")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    public void Dispose() => _data.Dispose();
}
