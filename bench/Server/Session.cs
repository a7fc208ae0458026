using System.Text.Json;
using Kilo.Bench.Http;

namespace Kilo.Bench.Server;

/// <summary>A signed-in administrator.</summary>
/// <param name="Token">For <c>Authorization: Bearer</c>.</param>
/// <param name="UserId">Who it is.</param>
internal sealed record Session(string Token, Guid UserId)
{
    /// <summary>Signs the first administrator in.</summary>
    public static Session SignIn(int port)
    {
        using var http = new HttpConnection(port);
        var json = $$"""{"email":"{{ServerProcess.AdminEmail}}","password":"{{ServerProcess.AdminPassword}}"}""";
        http.Exchange(Requests.PostJson("/api/login", json), 200, "POST /api/login");
        using var answer = JsonDocument.Parse(http.Body.ToArray());
        return new Session(answer.RootElement.GetProperty("token").GetString()!, answer.RootElement.GetProperty("user").GetProperty("id").GetGuid());
    }
}
