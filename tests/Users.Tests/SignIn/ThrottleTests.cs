using System.Globalization;
using System.Net;
using Kilo.Testing;
using Kilo.Testing.Http;
using Kilo.Users.Tests.Kit;

namespace Kilo.Users.Tests.SignIn;

/// <summary>A server per test: failures count for the whole machine that they come from.</summary>
public sealed class ThrottleTests : IAsyncLifetime
{
    private readonly ManualTime _time = new(DateTimeOffset.UtcNow);
    private KiloServer _server = null!;

    public async Task InitializeAsync() => _server = await KiloServer.StartAsync(configure: Somebody.With(_time));

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    private async Task FailAsync(string email, int times)
    {
        for (var i = 0; i < times; i++)
        {
            (await _server.TrySignInAsync(email, $"wrong {i}")).ShouldBeProblem(401, "sign-in-failed");
        }
    }

    [Fact]
    public async Task After_ten_failures_even_the_right_password_is_refused_for_a_while()
    {
        var (_, email) = await _server.PersonAsync();
        var (_, other) = await _server.PersonAsync("Bob");
        var before = await _server.EventCountAsync();
        await FailAsync(email, 10);

        var wrong = (await _server.TrySignInAsync(email, "wrong again")).ShouldBeProblem(429, "too-many-attempts", "10");
        (await _server.TrySignInAsync(email)).ShouldBeProblem(429, "too-many-attempts", "10");
        (await _server.TrySignInAsync(email.ToUpperInvariant())).ShouldBeProblem(429, "too-many-attempts");
        int.Parse(wrong.Header("Retry-After"), CultureInfo.InvariantCulture).ShouldBeInRange(1, 900);
        (await _server.EventCountAsync()).ShouldBe(before);
        (await _server.TrySignInAsync(other)).ShouldBe(HttpStatusCode.OK);

        _time.Advance(TimeSpan.FromSeconds(int.Parse(wrong.Header("Retry-After"), CultureInfo.InvariantCulture) + 1));
        (await _server.TrySignInAsync(email)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nine_failures_are_forgiven()
    {
        var (_, email) = await _server.PersonAsync();

        await FailAsync(email, 9);

        (await _server.TrySignInAsync(email)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_address_that_nobody_has_is_throttled_alike()
    {
        var email = Somebody.NewEmail();
        await FailAsync(email, 10);

        (await _server.TrySignInAsync(email)).ShouldBeProblem(429, "too-many-attempts");
    }

    [Fact]
    public async Task A_token_that_works_goes_on_working_while_its_account_is_throttled()
    {
        var (ada, email) = await _server.PersonAsync();
        await FailAsync(email, 10);

        await ada.ShouldBeAcceptedAsync();
    }

    [Fact]
    public async Task Who_guesses_at_a_hundred_accounts_is_throttled_for_all_of_them()
    {
        var (_, email) = await _server.PersonAsync();
        for (var i = 0; i < 100; i++)
        {
            await FailAsync(Somebody.NewEmail(), 1);
        }

        (await _server.TrySignInAsync(email)).ShouldBeProblem(429, "too-many-attempts", "100");
    }

    [Fact]
    public async Task Who_guesses_at_tokens_is_throttled_and_tokens_that_work_are_not()
    {
        var (ada, _) = await _server.PersonAsync();
        for (var i = 0; i < 100; i++)
        {
            (await _server.Anonymous.GetAsync("/api/documents", ("Authorization", "Bearer guess"))).ShouldBeProblem(401, "token-refused");
        }

        (await _server.Anonymous.GetAsync("/api/documents", ("Authorization", "Bearer guess"))).ShouldBeProblem(429, "too-many-attempts", "100");
        await ada.ShouldBeAcceptedAsync();
    }
}
