using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace Kilo.Web.Portal;

/// <summary>
/// The built portal: files whose names carry their hash, kept by browsers for good and sent as they were compressed at build time; and the one page,
/// fresh each time, with a nonce of its own.
/// </summary>
internal static class PortalFiles
{
    private const string PageName = "index.html";

    private const string NoncePlace = "__CSP_NONCE__";

    private const string NotBuilt = """
        <!doctype html><html lang="en"><title>Kilo</title><p>Kilo runs, but this build has no portal. <code>./kilo run</code> builds it; the API is described at <a href="/docs">/docs</a>.</p></html>
        """;

    // What a browser is not sent to: these answer for themselves.
    private static readonly PathString[] NotPages = ["/api", "/openapi", "/docs", "/health", "/metrics", "/assets"];

    // In order of preference.
    private static readonly (string Name, string Suffix)[] Encodings = [("br", ".br"), ("gzip", ".gz")];

    public static void UsePortalFiles(this IApplicationBuilder app)
    {
        var root = app.ApplicationServices.GetRequiredService<WebOptions>().Root ?? Path.Combine(AppContext.BaseDirectory, "wwwroot");
        if (!Directory.Exists(root))
        {
            app.Use((context, next) => IsPage(context) ? SendAsync(context, NotBuilt, nonce: "none") : next(context));
            return;
        }
        var files = new PhysicalFileProvider(Path.GetFullPath(root));
        var types = new FileExtensionContentTypeProvider();
        var page = new Lazy<string>(() => File.ReadAllText(Path.Combine(root, PageName)));
        app.Use((context, next) =>
        {
            if (context.GetEndpoint() is not null || !IsReading(context))
            {
                return next(context);
            }
            var file = files.GetFileInfo(context.Request.Path.Value ?? "/");
            // The page never goes out as a file, by whatever address: it would have no policy.
            if (file.Exists ? file.Name.StartsWith(PageName, StringComparison.OrdinalIgnoreCase) : IsPage(context))
            {
                var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
                return SendAsync(context, page.Value.Replace(NoncePlace, nonce, StringComparison.Ordinal), nonce);
            }
            ChooseEncoding(context, files);
            return next(context);
        });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            ContentTypeProvider = new CompressedTypes(types),
            OnPrepareResponse = file =>
            {
                var headers = file.Context.Response.Headers;
                headers.CacheControl = file.Context.Request.Path.StartsWithSegments("/assets") ? "public, max-age=31536000, immutable" : "public, max-age=3600";
                headers.Vary = HeaderNames.AcceptEncoding;
                if (Encodings.FirstOrDefault(e => file.File.Name.EndsWith(e.Suffix, StringComparison.Ordinal)) is { Name: { } encoding })
                {
                    headers.ContentEncoding = encoding;
                }
            },
        });
    }

    private static bool IsReading(HttpContext context) => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

    private static bool IsPage(HttpContext context) =>
        context.GetEndpoint() is null && IsReading(context)
        && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && !NotPages.Any(p => context.Request.Path.StartsWithSegments(p));

    private static Task SendAsync(HttpContext context, string page, string nonce)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy =
            $"default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' blob: data:; worker-src 'self' blob:; connect-src 'self'; "
            + "object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
        headers.CacheControl = "no-store";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(page, context.RequestAborted);
    }

    private static void ChooseEncoding(HttpContext context, PhysicalFileProvider files)
    {
        var accepted = context.Request.GetTypedHeaders().AcceptEncoding;
        foreach (var (name, suffix) in Encodings)
        {
            if (accepted.Any(a => a.Value.Equals(name, StringComparison.OrdinalIgnoreCase) && a.Quality is not 0) && files.GetFileInfo(context.Request.Path + suffix).Exists)
            {
                context.Request.Path += suffix;
                return;
            }
        }
    }

    // A compressed file has the type of what is in it.
    private sealed class CompressedTypes(FileExtensionContentTypeProvider inner) : IContentTypeProvider
    {
        public bool TryGetContentType(string subpath, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out string contentType)
        {
            var name = Encodings.FirstOrDefault(e => subpath.EndsWith(e.Suffix, StringComparison.Ordinal)) is { Suffix: { } suffix } ? subpath[..^suffix.Length] : subpath;
            return inner.TryGetContentType(name, out contentType);
        }
    }
}
