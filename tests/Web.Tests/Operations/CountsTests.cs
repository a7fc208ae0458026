using System.Net;
using Kilo.Web.Tests.Kit;

namespace Kilo.Web.Tests.Operations;

public sealed class CountsInOneProcessTests(OneProcess shared) : CountsTests(shared), IClassFixture<OneProcess>;

public sealed class CountsBehindBffTests(BffInFront shared) : CountsTests(shared), IClassFixture<BffInFront>;

/// <summary>What the portal says of the whole: to everybody, and to administrators.</summary>
public abstract class CountsTests(SharedSite shared)
{
    private Site Site => shared.Site;

    [Fact]
    public async Task Everybody_sees_how_many_are_served()
    {
        var before = (await Site.Anonymous.GetAsync("/api/portal")).ShouldBe(HttpStatusCode.OK);
        using var ada = await Site.BrowserAsync();
        await ada.AddedAsync("one".Bytes());
        await ada.AddedAsync("two".Bytes());

        var after = (await Site.Anonymous.GetAsync("/api/portal")).ShouldBe(HttpStatusCode.OK);

        (after.Json["users"]!.GetValue<long>() - before.Json["users"]!.GetValue<long>()).ShouldBe(1);
        (after.Json["documents"]!.GetValue<long>() - before.Json["documents"]!.GetValue<long>()).ShouldBe(2);
        after.Json.Text("version").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task What_a_position_names_is_counted()
    {
        using var ada = await Site.BrowserAsync();
        var before = (await ada.GetAsync("/api/portal")).Json["documents"]!.GetValue<long>();
        var added = await ada.AddAsync("one".Bytes(), "one.txt", null, ("Prefer", "respond-async"));

        var after = (await ada.GetAsync("/api/portal", ("Kilo-Wait-For", added.Header("Kilo-Position")))).ShouldBe(HttpStatusCode.OK);

        after.Json["documents"]!.GetValue<long>().ShouldBe(before + 1);
    }

    [Fact]
    public async Task An_administrator_sees_how_every_module_is()
    {
        using var admin = await Site.BrowserAsync("Ada", "admin");

        var modules = (await admin.GetAsync("/api/operations")).ShouldBe(HttpStatusCode.OK).Json["modules"]!.AsArray();

        modules.Select(m => m!.Text("module")).ShouldBe(["documents", "users", "reporting"]);
        foreach (var module in modules)
        {
            module!["problem"].ShouldBeNull();
            module["report"]!.Text("module").ShouldBe(module.Text("module"));
            module["report"]!["engines"]!.AsArray().ShouldNotBeEmpty();
            module["report"]!["views"]!.AsArray().ShouldNotBeEmpty();
            module["report"]!["parked"]!.AsArray().ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Nobody_else_does()
    {
        using var member = await Site.BrowserAsync();

        (await member.GetAsync("/api/operations")).ShouldBeProblem(403, "forbidden");
        (await Site.Anonymous.GetAsync("/api/operations")).ShouldBeProblem(401, "sign-in-needed");
        (await Site.Anonymous.GetAsync("/api/operations", ("Authorization", "Bearer guess"))).ShouldBeProblem(401, "token-refused");
        (await Site.Anonymous.GetAsync("/api/operations", ("Authorization", "Basic YTpi"))).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("bearer")]
    public async Task A_token_does_as_well(string scheme) =>
        (await Site.Anonymous.GetAsync("/api/operations", ("Authorization", $"{scheme} {Site.Admin.Token}"))).ShouldBe(HttpStatusCode.OK);
}
