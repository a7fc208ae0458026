using System.IO.Compression;

namespace Kilo.Web.Tests.Kit;

/// <summary>A built portal in small: what <c>vite build</c> leaves behind.</summary>
internal sealed class PortalFolder : IDisposable
{
    public const string Script = "console.log('kilo');console.log('kilo');console.log('kilo');console.log('kilo');console.log('kilo');console.log('kilo');";

    public const string Page = """<!doctype html><html lang="en"><meta name="csp-nonce" content="__CSP_NONCE__"><script type="module" src="/assets/app-abc.js"></script><div id="root"></div></html>""";

    private readonly string _outer = Directory.CreateTempSubdirectory("kilo-portal-").FullName;

    public PortalFolder()
    {
        Directory.CreateDirectory(System.IO.Path.Combine(Path, "assets"));
        Write("index.html", Page.Bytes());
        // The build compresses the page like everything else.
        Write("index.html.br", Compressed(Page, s => new BrotliStream(s, CompressionLevel.Fastest)));
        Write("favicon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>".Bytes());
        Write("assets/app-abc.js", Script.Bytes());
        Write("assets/app-abc.js.br", Compressed(Script, s => new BrotliStream(s, CompressionLevel.Fastest)));
        Write("assets/app-abc.js.gz", Compressed(Script, s => new GZipStream(s, CompressionLevel.Fastest)));
        Write("assets/app-abc.css", "body{color:#123}".Bytes());
        Write("assets/app-abc.css.gz", Compressed("body{color:#123}", s => new GZipStream(s, CompressionLevel.Fastest)));
        Write("assets/logo-abc.png", [0x89, 0x50, 0x4e, 0x47]);
        File.WriteAllText(System.IO.Path.Combine(_outer, "secret.txt"), "secret");
    }

    /// <summary>The folder; beside it is a file that nobody may get.</summary>
    public string Path => System.IO.Path.Combine(_outer, "wwwroot");

    public static string Unpack(byte[] bytes, string encoding)
    {
        using var packed = new MemoryStream(bytes);
        using Stream stream = encoding == "br" ? new BrotliStream(packed, CompressionMode.Decompress) : new GZipStream(packed, CompressionMode.Decompress);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private void Write(string name, byte[] bytes) => File.WriteAllBytes(System.IO.Path.Combine(Path, name), bytes);

    private static byte[] Compressed(string text, Func<Stream, Stream> compress)
    {
        using var packed = new MemoryStream();
        using (var stream = compress(packed))
        {
            stream.Write(text.Bytes());
        }
        return packed.ToArray();
    }

    public void Dispose() => Directory.Delete(_outer, recursive: true);
}
