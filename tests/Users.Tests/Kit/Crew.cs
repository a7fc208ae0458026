using System.Net;
using System.Text.Json.Nodes;
using Kilo.Testing;
using Kilo.Testing.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Kilo.Users.Tests.Kit;

/// <summary>One server for a test class. Its tests share it, and each has people of its own.</summary>
public sealed class Crew : IAsyncLifetime
{
    public const string Password = "correct horse";

    public KiloServer Server { get; private set; } = null!;

    public KiloClient Anonymous => Server.Anonymous;

    public KiloClient Admin => Server.Admin;

    public async Task InitializeAsync() => Server = await KiloServer.StartAsync();

    public Task DisposeAsync() => Server.DisposeAsync().AsTask();

    /// <summary>Somebody new, signed in, with the address to sign in again.</summary>
    public Task<(KiloClient Client, string Email)> PersonAsync(string name = "Ada", string role = "member") => Server.PersonAsync(name, role);
}

internal static class Somebody
{
    public static async Task<(KiloClient Client, string Email)> PersonAsync(this KiloServer server, string name = "Ada", string role = "member")
    {
        var email = NewEmail();
        (await server.Admin.PostAsync("/api/users", new { email, password = Crew.Password, displayName = name, role })).ShouldBe(HttpStatusCode.Created);
        return (await server.Anonymous.SignInAsync(email, Crew.Password), email);
    }

    public static string NewEmail() => $"{Guid.NewGuid():N}@example.org";

    public static Task<Answer> TrySignInAsync(this KiloServer server, string email, string password = Crew.Password) =>
        server.Anonymous.PostAsync("/api/login", new { email, password });

    /// <summary>A clock that the test moves, from now on: what the cache keeps expires by the real one.</summary>
    public static Action<IServiceCollection> With(ManualTime time) => services => services.RemoveAll<TimeProvider>().AddSingleton<TimeProvider>(time);

    /// <summary>Refused by both modules, the one that keeps tokens and the one that has a copy, whether it reads or writes.</summary>
    public static async Task ShouldBeRefusedAsync(this KiloClient client, KiloServer server, Answer since)
    {
        // Documents' copy must have come as far before it can know.
        (await server.Anonymous.GetAsync("/api/documents/count", ("Kilo-Wait-For", since.Header("Kilo-Position")))).ShouldBe(HttpStatusCode.OK);
        var before = await server.EventCountAsync();
        (await client.GetAsync("/api/users/me")).ShouldBeProblem(401, "token-refused", "Sign in again");
        (await client.GetAsync("/api/documents")).ShouldBeProblem(401, "token-refused", "Sign in again");
        (await client.PatchAsync($"/api/users/{client.UserId}", new { displayName = "Somebody else" })).ShouldBeProblem(401, "token-refused");
        (await client.PostAsync("/api/tokens", new { name = "one more" })).ShouldBeProblem(401, "token-refused");
        (await client.AddAsync("x"u8.ToArray())).ShouldBeProblem(401, "token-refused");
        (await server.EventCountAsync()).ShouldBe(before);
    }

    public static async Task ShouldBeAcceptedAsync(this KiloClient client)
    {
        (await client.GetAsync("/api/users/me")).ShouldBe(HttpStatusCode.OK);
        (await client.GetAsync("/api/documents")).ShouldBe(HttpStatusCode.OK);
    }

    public static async Task<long> UserCountAsync(this KiloServer server) =>
        (await server.Anonymous.GetAsync("/api/users/count")).ShouldBe(HttpStatusCode.OK).Json["count"]!.GetValue<long>();

    public static string Text(this JsonNode node, string property) => node[property]!.GetValue<string>();

    public static Guid Id(this Answer answer) => answer.Json["id"]!.GetValue<Guid>();
}
