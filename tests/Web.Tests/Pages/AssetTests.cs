using System.Net;
using Kilo.Testing.Http;
using Kilo.Web.Tests.Kit;

namespace Kilo.Web.Tests.Pages;

public sealed class AssetsInOneProcessTests(OneProcess shared) : AssetTests(shared), IClassFixture<OneProcess>;

public sealed class AssetsBehindBffTests(BffInFront shared) : AssetTests(shared), IClassFixture<BffInFront>;

/// <summary>The files of the built portal.</summary>
public abstract class AssetTests(SharedSite shared)
{
    private const string Script = "/assets/app-abc.js";

    private KiloClient Anonymous => shared.Site.Anonymous;

    [Theory]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("br", "br")]
    [InlineData("BR", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip;q=1.0, identity; q=0.5, *;q=0", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("br;q=0.0, gzip;q=0", "")]
    [InlineData("identity", "")]
    [InlineData("zstd", "")]
    [InlineData("", "")]
    public async Task A_file_is_sent_in_the_best_encoding_that_the_browser_takes(string accepted, string encoding)
    {
        var answer = (await Anonymous.GetAsync(Script, ("Accept-Encoding", accepted))).ShouldBe(HttpStatusCode.OK);

        answer.Header("Content-Encoding").ShouldBe(encoding);
        (encoding.Length == 0 ? answer.Text : PortalFolder.Unpack(answer.Bytes, encoding)).ShouldBe(PortalFolder.Script);
        answer.Header("Content-Type").ShouldBe("text/javascript");
        answer.Header("Vary").ShouldBe("Accept-Encoding");
        answer.Header("Cache-Control").ShouldBe("public, max-age=31536000, immutable");
        answer.Header("X-Content-Type-Options").ShouldBe("nosniff");
    }

    [Theory]
    [InlineData("/assets/app-abc.css", "text/css", "gzip")]
    [InlineData("/assets/logo-abc.png", "image/png", "")]
    [InlineData("/favicon.svg", "image/svg+xml", "")]
    public async Task A_file_without_a_compressed_one_beside_it_is_sent_as_the_next_best(string path, string type, string encoding)
    {
        var answer = (await Anonymous.GetAsync(path, ("Accept-Encoding", "gzip, br"))).ShouldBe(HttpStatusCode.OK);

        (answer.Header("Content-Type"), answer.Header("Content-Encoding")).ShouldBe((type, encoding));
    }

    [Fact]
    public async Task Only_what_has_its_hash_in_its_name_is_kept_for_good() =>
        (await Anonymous.GetAsync("/favicon.svg")).ShouldBe(HttpStatusCode.OK).Header("Cache-Control").ShouldNotContain("immutable");

    [Theory]
    [InlineData("")]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task A_head_request_says_everything_but_the_bytes(string encoding)
    {
        var get = await Anonymous.GetAsync(Script, ("Accept-Encoding", encoding));
        var head = (await Anonymous.SendAsync(HttpMethod.Head, Script, null, ("Accept-Encoding", encoding))).ShouldBe(HttpStatusCode.OK);

        head.Bytes.ShouldBeEmpty();
        foreach (var name in new[] { "Content-Length", "Content-Type", "Content-Encoding", "ETag", "Vary", "Cache-Control", "Last-Modified", "Accept-Ranges" })
        {
            head.Header(name).ShouldBe(get.Header(name));
        }
        get.Header("Content-Length").ShouldBe($"{get.Bytes.Length}");
    }

    [Fact]
    public async Task Encodings_have_entity_tags_of_their_own_and_known_ones_are_not_sent_again()
    {
        var tags = new HashSet<string>();
        foreach (var encoding in new[] { "", "gzip", "br" })
        {
            var tag = (await Anonymous.GetAsync(Script, ("Accept-Encoding", encoding))).Header("ETag");
            tag.ShouldNotBeEmpty();
            tags.Add(tag).ShouldBeTrue("A cache must not take one encoding for another.");

            var known = (await Anonymous.GetAsync(Script, ("Accept-Encoding", encoding), ("If-None-Match", tag))).ShouldBe(HttpStatusCode.NotModified);
            known.Bytes.ShouldBeEmpty();
            known.Header("Vary").ShouldBe("Accept-Encoding");
            (await Anonymous.GetAsync(Script, ("Accept-Encoding", encoding), ("If-None-Match", "\"other\""))).ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task A_range_gets_just_its_bytes()
    {
        var part = (await Anonymous.GetAsync(Script, ("Range", "bytes=8-11"))).ShouldBe(HttpStatusCode.PartialContent);

        part.Text.ShouldBe(PortalFolder.Script[8..12]);
        part.Header("Content-Range").ShouldBe($"bytes 8-11/{PortalFolder.Script.Length}");
        (await Anonymous.GetAsync(Script, ("Range", "bytes=100000-"))).ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
    }

    [Theory]
    [InlineData("/assets/app-gone.js")]
    [InlineData("/assets/")]
    [InlineData("/assets/app-abc.js/")]
    [InlineData("/assets/app-abc.js/more.js")]
    [InlineData("/assets/../assets/app-gone.js")]
    public async Task A_missing_file_is_not_found_and_not_kept(string path)
    {
        var answer = (await Anonymous.GetAsync(path, ("Accept-Encoding", "br"))).ShouldBeProblem(404, "not-found");

        answer.Header("Cache-Control").ShouldBe("no-store");
        answer.Headers.ContainsKey("Content-Encoding").ShouldBeFalse();
    }

    [Theory]
    [InlineData("/../secret.txt")]
    [InlineData("/assets/../../secret.txt")]
    [InlineData("/assets/%2e%2e/%2e%2e/secret.txt")]
    [InlineData("/assets/..%2f..%2fsecret.txt")]
    [InlineData("/assets/%2e%2e%2f%2e%2e%2fsecret.txt")]
    [InlineData("/assets/..%5c..%5csecret.txt")]
    [InlineData("/assets/..\\..\\secret.txt")]
    [InlineData("/assets/%252e%252e/%252e%252e/secret.txt")]
    [InlineData("/assets/....//....//secret.txt")]
    [InlineData("//secret.txt")]
    [InlineData("/assets//../../secret.txt")]
    [InlineData("/assets/..;/..;/secret.txt")]
    [InlineData("/assets/secret.txt%00.js")]
    [InlineData("/~/secret.txt")]
    public async Task No_address_leads_out_of_the_folder(string target)
    {
        foreach (var encoding in new[] { "", "Accept-Encoding: br, gzip\r\n" })
        {
            using var wire = await Wire.ToAsync(shared.Site.Front);
            // By hand: a client would tidy the path up.
            await wire.SendAsync($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{encoding}\r\n");

            var head = await wire.HeadAsync();

            head.ShouldMatch("^HTTP/1.1 (400|404) ");
        }
    }
}
