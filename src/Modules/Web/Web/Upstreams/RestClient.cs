using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Kilo.BuildingBlocks.Http;
using Microsoft.AspNetCore.Http;

namespace Kilo.Web.Upstreams;

/// <summary>Calls of the REST APIs that the portal makes on its own behalf. Their problems are passed on as they are.</summary>
internal sealed class RestClient(RestAddresses addresses, WebOptions options) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private sealed record ProblemBody(string? Type, string? Detail);

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        ConnectTimeout = options.ConnectTimeout,
        UseCookies = false,
        UseProxy = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        // The other side always says whether it wants a body. Sent unasked after the usual second, the body would meet a closed connection, and a refusal be lost.
        Expect100ContinueTimeout = options.IdleTimeout,
        // Follows a service whose address changes behind one name.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    });

    /// <summary>Sends a request; the caller disposes the answer.</summary>
    /// <exception cref="Problem">503: the module's REST API cannot be reached.</exception>
    public async Task<HttpResponseMessage> SendAsync(string module, HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            return await _client.SendAsync(request, cancel);
        }
        catch (HttpRequestException)
        {
            throw Unavailable(module);
        }
        // A connection that could not be made in time ends like this, too.
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Unavailable(module);
        }
    }

    /// <summary>Sends a small request as a person, and reads the answer.</summary>
    /// <exception cref="Problem">What the API answered.</exception>
    public async Task<TAnswer> SendAsync<TAnswer>(
        HttpContext http, string module, HttpMethod method, string path, string? token, CancellationToken cancel, object? body = null)
    {
        using var answer = await AskAsync(http, module, method, path, token, body, cancel);
        try
        {
            return await answer.Content.ReadFromJsonAsync<TAnswer>(cancel) ?? throw Unavailable(module);
        }
        // Broken off, or not what this API says: something else answers at its address.
        catch (Exception e) when (e is JsonException or IOException or HttpRequestException)
        {
            throw Unavailable(module);
        }
    }

    /// <summary>Sends a small request whose answer says nothing.</summary>
    public async Task SendAsync(HttpContext http, string module, HttpMethod method, string path, string? token, CancellationToken cancel) =>
        (await AskAsync(http, module, method, path, token, null, cancel)).Dispose();

    /// <summary>503: this part of Kilo is away.</summary>
    public static Problem Unavailable(string module) =>
        new(503, $"{module}-unavailable", $"This part of Kilo ({module}) cannot be reached right now. The rest goes on working; try again.") { RetryAfter = 5 };

    private async Task<HttpResponseMessage> AskAsync(
        HttpContext http, string module, HttpMethod method, string path, string? token, object? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri(addresses.Of(module), path));
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        if (body is not null)
        {
            request.Content = JsonContent.Create(body, options: JsonSerializerOptions.Web);
        }
        if (http.Request.Headers.TryGetValue(Positions.WaitForHeader, out var waitFor))
        {
            request.Headers.TryAddWithoutValidation(Positions.WaitForHeader, (IEnumerable<string?>)waitFor);
        }
        Forwarder.Introduce(http, request);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bounded.CancelAfter(Timeout);
        HttpResponseMessage answer;
        try
        {
            answer = await SendAsync(module, request, bounded.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Unavailable(module);
        }
        if (answer.IsSuccessStatusCode)
        {
            if (answer.Headers.TryGetValues(Positions.PositionHeader, out var positions))
            {
                // Several modules may be asked at the same time.
                lock (http.Response)
                {
                    http.Response.Headers.AppendCommaSeparatedValues(Positions.PositionHeader, [.. positions]);
                }
            }
            return answer;
        }
        using (answer)
        {
            throw await ProblemOfAsync(answer, module, cancel);
        }
    }

    private static async Task<Problem> ProblemOfAsync(HttpResponseMessage answer, string module, CancellationToken cancel)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json"
            || await answer.Content.ReadFromJsonAsync<ProblemBody>(cancel) is not { Type: { } type, Detail: { } detail })
        {
            return answer.StatusCode == HttpStatusCode.Unauthorized ? Problem.SignInNeeded() : Unavailable(module);
        }
        return new Problem((int)answer.StatusCode, type[(type.LastIndexOf(':') + 1)..], detail)
        {
            RetryAfter = answer.Headers.RetryAfter?.Delta is { } wait ? (int)wait.TotalSeconds : null,
        };
    }

    public void Dispose() => _client.Dispose();
}
