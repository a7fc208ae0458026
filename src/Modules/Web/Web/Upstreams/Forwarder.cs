using System.Buffers;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kilo.Web.Upstreams;

/// <summary>Streams a request to the process that serves it and the answer back. Memory does not grow with either.</summary>
internal sealed class Forwarder(RestAddresses addresses, RestClient client, WebOptions options, IHostApplicationLifetime lifetime)
{
    private const int BufferSize = 64 * 1024;

    // A body of this size is only sent when the other side wants it: it may refuse for what the headers say.
    private const long AskFirst = 1 << 20;

    // RFC 9110 7.6.1, and what ends here: the session's cookie and its header.
    private static readonly HashSet<string> NotForwarded = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "Host", "Expect", "Cookie", "Set-Cookie", "X-Forwarded-For", "X-Forwarded-Proto", Sessions.SessionCookies.AntiForgeryHeader,
    };

    /// <summary>Says on whose behalf a request is sent on.</summary>
    public static void Introduce(HttpContext http, HttpRequestMessage request)
    {
        if (http.Connection.RemoteIpAddress is { } address)
        {
            request.Headers.Add("X-Forwarded-For", address.ToString());
        }
        request.Headers.Add("X-Forwarded-Proto", http.Request.Scheme);
    }

    /// <summary>Forwards to a module's REST API.</summary>
    /// <exception cref="Problem">503: it cannot be reached. 504: nothing moved for too long.</exception>
    public async Task ForwardAsync(HttpContext http, string module)
    {
        // The other side knows its limits, and says them better.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        idle.CancelAfter(options.IdleTimeout);
        await using var sent = HasBody(http) ? new Watched(http.Request.BodyReader, () => idle.CancelAfter(options.IdleTimeout)) : null;
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), new Uri(addresses.Of(module), Escaped(http.Request.Path) + http.Request.QueryString))
        {
            Content = sent is null ? null : new StreamContent(sent, BufferSize),
        };
        var ofConnection = Named(http.Request.Headers.Connection);
        foreach (var (name, values) in http.Request.Headers)
        {
            if (!NotForwarded.Contains(name) && !ofConnection.Contains(name) && !request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }
        Introduce(http, request);
        request.Headers.ExpectContinue = request.Content is not null && (http.Request.ContentLength ?? long.MaxValue) > AskFirst;
        try
        {
            using var answer = await client.SendAsync(module, request, idle.Token);
            await AnswerAsync(answer, http, module, idle);
        }
        catch (Problem) when (sent?.Broken is { } cut)
        {
            // It was the browser's body that ended early.
            throw cut as BadHttpRequestException ?? new BadHttpRequestException("The body ended early.", cut);
        }
        catch (OperationCanceledException) when (idle.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            throw new Problem(504, $"{module}-too-slow", $"This part of Kilo ({module}) did not answer in time. Try again.") { RetryAfter = 5 };
        }
    }

    private static bool HasBody(HttpContext http) => http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? http.Request.ContentLength > 0;

    // Everything is escaped once more, as it was unescaped once: with "%2e%2e" left as it is, the other side would take a path for another
    // one than this side, which chose by it.
    private static string Escaped(PathString path) => string.Join('/', (path.Value ?? "").Split('/').Select(Uri.EscapeDataString));

    // A connection names further headers that are its own.
    private static HashSet<string> Named(IEnumerable<string?> connection) =>
        connection.SelectMany(v => v?.Split(',', StringSplitOptions.TrimEntries) ?? []).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static void Copy(HttpHeaders from, IHeaderDictionary to, HashSet<string> ofConnection)
    {
        foreach (var (name, values) in from.NonValidated)
        {
            if (!NotForwarded.Contains(name) && !ofConnection.Contains(name))
            {
                to[name] = values.ToArray();
            }
        }
    }

    private async Task AnswerAsync(HttpResponseMessage answer, HttpContext http, string module, CancellationTokenSource idle)
    {
        var isStream = answer.Content.Headers.ContentType?.MediaType == "text/event-stream";
        // A stream has no end of its own that a stopping process could wait for.
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, isStream ? lifetime.ApplicationStopping : CancellationToken.None);
        await using var body = await answer.Content.ReadAsStreamAsync(idle.Token);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            // Headers wait for the first bytes: an answer that breaks off before is none. Events may be long in coming.
            var read = isStream ? 0 : await ReadAsync();
            http.Response.StatusCode = (int)answer.StatusCode;
            var ofConnection = Named(answer.Headers.Connection);
            Copy(answer.Headers, http.Response.Headers, ofConnection);
            Copy(answer.Content.Headers, http.Response.Headers, ofConnection);
            if (isStream)
            {
                await http.Response.Body.FlushAsync(idle.Token);
                read = await ReadAsync();
            }
            for (; read > 0; read = await ReadAsync())
            {
                await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), idle.Token);
                if (isStream)
                {
                    await http.Response.Body.FlushAsync(idle.Token);
                }
            }
        }
        catch (OperationCanceledException) when (isStream && lifetime.ApplicationStopping.IsCancellationRequested)
        {
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        async ValueTask<int> ReadAsync()
        {
            try
            {
                var read = await body.ReadAsync(buffer, ends.Token);
                idle.CancelAfter(options.IdleTimeout);
                return read;
            }
            catch (IOException)
            {
                throw RestClient.Unavailable(module);
            }
        }
    }

    // Tells that a body is still coming, and when it never will. Once disposed of, nobody reads: the server reads what is left, for the sake of a client that
    // still sends, and gives the connection up where it meets another reader. The HTTP client may go on reading after its call has failed.
    private sealed class Watched(PipeReader inner, Action moved) : ReadOnlyStream
    {
        private readonly SemaphoreSlim _reading = new(1);
        private bool _isOver;

        public IOException? Broken { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _reading.WaitAsync(cancellationToken);
            // A token given to the server's own reader would leave it in the middle of a read.
            using var cancelled = cancellationToken.UnsafeRegister(_ => inner.CancelPendingRead(), null);
            try
            {
                ObjectDisposedException.ThrowIf(Volatile.Read(ref _isOver), this);
                var result = await inner.ReadAsync(CancellationToken.None);
                var read = result.IsCanceled ? 0 : (int)Math.Min(result.Buffer.Length, buffer.Length);
                var part = result.Buffer.Slice(0, read);
                part.CopyTo(buffer.Span);
                inner.AdvanceTo(part.End);
                if (result.IsCanceled)
                {
                    throw new OperationCanceledException(cancellationToken);
                }
                moved();
                return read;
            }
            catch (IOException e)
            {
                Broken = e;
                throw;
            }
            finally
            {
                _reading.Release();
            }
        }

        public override async ValueTask DisposeAsync()
        {
            Volatile.Write(ref _isOver, true);
            if (!_reading.Wait(0))
            {
                inner.CancelPendingRead();
                await _reading.WaitAsync();
            }
            _reading.Release();
            await base.DisposeAsync();
        }
    }
}

internal static class Forwarding
{
    /// <summary>The paths of modules whose REST API is elsewhere. Who may do what is for that API to say.</summary>
    public static void MapForwarding(this IEndpointRouteBuilder routes)
    {
        var addresses = routes.ServiceProvider.GetRequiredService<RestAddresses>();
        foreach (var (module, paths) in RestAddresses.Known.Where(known => !addresses.IsHere(known.Module)))
        {
            foreach (var path in paths)
            {
                routes.Map($"/api/{path}/{{**rest}}", (HttpContext http, Forwarder forwarder) => forwarder.ForwardAsync(http, module))
                    .AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();
            }
        }
    }
}
