using Kilo.BuildingBlocks.Content;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Kilo.Host;

/// <summary>
/// Bounds JSON bodies. The server's own limit ends the connection while the client still sends, and the client, or the process that forwards for it, then
/// sees a broken connection in place of the answer. Here what is too much is refused, and without a limit of its own the server reads on for a while.
/// </summary>
internal static class JsonBodies
{
    /// <summary>In bytes. Who takes more than JSON raises it for itself.</summary>
    public const int Largest = 1 << 20;

    /// <summary>To be called once the endpoint is known.</summary>
    public static void UseJsonBodyLimit(this WebApplication app) => app.Use((http, next) =>
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes.Contains("application/json") == true)
        {
            if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = null;
            }
            http.Request.Body = new Bounded(http.Request.Body);
        }
        return next(http);
    });

    private sealed class Bounded(Stream body) : ReadOnlyStream
    {
        private long _read;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await body.ReadAsync(buffer, cancellationToken);
            _read += read;
            return _read <= Largest ? read : throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
        }
    }
}
