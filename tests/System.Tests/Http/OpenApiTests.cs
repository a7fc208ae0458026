using System.Text.Json.Nodes;
using Kilo.SystemTests.Kit;
using Shouldly;
using Xunit;

namespace Kilo.SystemTests.Http;

/// <summary>The description of the API, as a running process serves it.</summary>
public sealed class OpenApiTests(Running running) : IClassFixture<Running>
{
    [Fact]
    public async Task The_description_is_OpenAPI_3_1()
    {
        var answer = await running.Anonymous.GetAsync("/openapi/v1.json");
        answer.Header("Content-Type").ShouldStartWith("application/json");
        answer.Json["openapi"]!.GetValue<string>().ShouldStartWith("3.1.");
        answer.Json["info"]!["title"]!.GetValue<string>().ShouldBe("Kilo");
    }

    [Fact]
    public async Task Every_operation_has_a_summary_and_an_id_of_its_own()
    {
        var ids = new List<string>();
        foreach (var (name, operation) in await OperationsAsync())
        {
            operation["summary"]?.GetValue<string>().ShouldNotBeNullOrWhiteSpace($"{name} has no summary.");
            operation["summary"].ShouldNotBeNull($"{name} has no summary.");
            ids.Add(operation["operationId"].ShouldNotBeNull($"{name} has no operationId.").GetValue<string>());
            operation["tags"]!.AsArray().ShouldNotBeEmpty($"{name} has no tag.");
        }
        ids.ShouldBeUnique();
    }

    [Fact]
    public async Task Every_operation_that_needs_a_token_says_so_and_knows_401()
    {
        foreach (var (name, operation) in (await OperationsAsync()).Where(o => o.Operation["security"] is not null))
        {
            operation["responses"]!["401"].ShouldNotBeNull($"{name} does not say what it answers without a token.");
        }
        (await OperationsAsync()).Where(o => o.Operation["security"] is null).Select(o => o.Name).ShouldBe(
        [
            "POST /api/login", "POST /api/users", "GET /api/users/count", "GET /api/documents/count", "OPTIONS /api/uploads",
            "POST /api/session", "GET /api/session", "DELETE /api/session", "GET /api/portal",
            // Each module that it asks decides for itself.
            "GET /api/operations",
        ], ignoreOrder: true);
    }

    [Fact]
    public async Task Every_problem_that_is_described_is_application_problem_json()
    {
        foreach (var (name, operation) in await OperationsAsync())
        {
            foreach (var (status, response) in operation["responses"]!.AsObject().Where(r => r.Key[0] is '4' or '5'))
            {
                foreach (var (type, _) in response!["content"]?.AsObject() ?? [])
                {
                    type.ShouldBe("application/problem+json", $"{name} {status}");
                }
            }
        }
    }

    [Fact]
    public async Task Every_reference_within_the_description_leads_somewhere()
    {
        var description = (await running.Anonymous.GetAsync("/openapi/v1.json")).Json;
        foreach (var reference in References(description).Distinct())
        {
            reference.ShouldStartWith("#/");
            reference[2..].Split('/').Aggregate((JsonNode?)description, (node, name) => node?[name]).ShouldNotBeNull($"{reference} leads nowhere.");
        }
    }

    private async Task<List<(string Name, JsonNode Operation)>> OperationsAsync()
    {
        var paths = (await running.Anonymous.GetAsync("/openapi/v1.json")).Json["paths"]!.AsObject();
        var operations = paths.SelectMany(p => p.Value!.AsObject().Where(o => o.Value is JsonObject).Select(o => ($"{o.Key.ToUpperInvariant()} {p.Key}", o.Value!))).ToList();
        operations.ShouldNotBeEmpty();
        return operations;
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => p is { Key: "$ref", Value: JsonValue v } ? [v.GetValue<string>()] : References(p.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };
}
