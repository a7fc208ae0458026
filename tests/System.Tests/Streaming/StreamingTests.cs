using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Kilo.SystemTests.Streaming;

/// <summary>Contents stream end to end: memory does not grow with a file's size.</summary>
[Collection(Loads.Name)]
public sealed class StreamingTests(ITestOutputHelper output) : IDisposable
{
    private const long MiB = 1 << 20;
    private const long Size = 256 * MiB;
    private const long Allowed = 64 * MiB;

    private readonly DataDirectory _data = new();

    [SkippableFact]
    public async Task A_quarter_of_a_GiB_goes_up_and_comes_down_in_64_MiB_of_memory()
    {
        Skip.Unless(OperatingSystem.IsLinux(), "Only Linux tells a process's peak in /proc.");
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path);
        using var admin = await kilo.AdminAsync();
        // Once before, so that compiled code and first buffers are not counted.
        await DownloadAsync(admin, (await UploadAsync(admin, 8 * MiB)).Document);

        var memory = ResidentMemory.WatchFromNow(kilo);
        var (document, sent) = await UploadAsync(admin, Size);
        output.WriteLine($"upload: {memory.Growth / MiB} MiB");
        memory.Growth.ShouldBeLessThan(Allowed);
        (await DownloadAsync(admin, document)).ShouldBe(sent);
        output.WriteLine($"upload and download: {memory.Growth / MiB} MiB");
        memory.Growth.ShouldBeLessThan(Allowed);
    }

    [SkippableFact]
    public async Task Neither_does_it_in_the_portal_that_passes_them_on()
    {
        Skip.Unless(OperatingSystem.IsLinux(), "Only Linux tells a process's peak in /proc.");
        using var other = new DataDirectory();
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path, "--role rest,aggregator");
        var address = $"http://127.0.0.1:{kilo.Port}";
        await using var bff = await KiloProcess.ReadyAsync(other.Path, "--role bff", environment: new Dictionary<string, string?> { ["Kilo__Upstreams__Documents"] = address, ["Kilo__Upstreams__Users"] = address });
        using var admin = await bff.Anonymous.BrowseAsync(KiloServer.AdminEmail, KiloServer.AdminPassword);
        await DownloadAsync(admin, (await UploadAsync(admin, 8 * MiB)).Document);

        var memory = ResidentMemory.WatchFromNow(bff);
        var (document, sent) = await UploadAsync(admin, Size);
        output.WriteLine($"upload: {memory.Growth / MiB} MiB");
        memory.Growth.ShouldBeLessThan(Allowed);
        (await DownloadAsync(admin, document)).ShouldBe(sent);
        output.WriteLine($"upload and download: {memory.Growth / MiB} MiB");
        memory.Growth.ShouldBeLessThan(Allowed);
        // It keeps sessions, and nothing of what passes through.
        new DirectoryInfo(other.Path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length).ShouldBeLessThan(4 * MiB);
    }

    [SkippableFact]
    public async Task Slow_readers_of_a_large_download_do_not_make_memory_grow()
    {
        Skip.Unless(OperatingSystem.IsLinux(), "Only Linux tells a process's peak in /proc.");
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path);
        using var admin = await kilo.AdminAsync();
        var (document, sent) = await UploadAsync(admin, Size);
        await DownloadAsync(admin, document);

        var memory = ResidentMemory.WatchFromNow(kilo);
        var slow = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 8; i++)
            {
                slow.Add(await StartReadingAsync(kilo, admin.Token!, document));
            }
            // While these stall, somebody else gets the whole: time enough for a server that buffers to have buffered everything.
            (await DownloadAsync(admin, document)).ShouldBe(sent);
            output.WriteLine($"8 slow readers: {memory.Growth / MiB} MiB");
            memory.Growth.ShouldBeLessThan(Allowed);
        }
        finally
        {
            slow.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public async Task A_client_that_disconnects_in_the_middle_leaves_no_temporary_file_and_no_document()
    {
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path);
        using var admin = await kilo.AdminAsync();
        using (var half = await HalfUpload.SendAsync(kilo, admin.Token!, Bytes.Random(new Random(1), 4_000_000)))
        {
            await Eventually.Async("half of the file to be on the disk", () => _data.Temporary.Count > 0);
        }
        await Eventually.Async("the half to be removed", () => _data.Temporary.Count == 0);
        (await admin.ListAsync("/api/documents")).ShouldBeEmpty();
        kilo.Output.ShouldNotContain("Exception", Case.Sensitive, "That a client goes away is no error of the server's.");
    }

    [Fact]
    public async Task A_file_larger_than_the_limit_is_refused_with_the_limit_and_leaves_nothing()
    {
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path, environment: new Dictionary<string, string?> { ["Kilo__Documents__MaxFileBytes"] = "1000000" });
        using var admin = await kilo.AdminAsync();
        var refused = await admin.AddAsync(new byte[3_000_000]);
        refused.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        refused.Text.ShouldContain("1000000");
        _data.Temporary.ShouldBeEmpty();
        (await admin.ListAsync("/api/documents")).ShouldBeEmpty();
    }

    private static async Task<(Guid Document, string Sha256)> UploadAsync(KiloClient client, long size)
    {
        using var file = new LargeFile(size);
        using var form = new MultipartFormDataContent { { new StreamContent(file), "file", "large.bin" } };
        using var response = await client.Http.PostAsync(new Uri("/api/documents", UriKind.Relative), form);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.Created, body);
        var added = JsonNode.Parse(body)!;
        added["size"]!.GetValue<long>().ShouldBe(size);
        var sha256 = file.Sha256;
        added["sha256"]!.GetValue<string>().ShouldBe(sha256);
        return (added["id"]!.GetValue<Guid>(), sha256);
    }

    private static async Task<string> DownloadAsync(KiloClient client, Guid document)
    {
        using var response = await client.Http.GetAsync(new Uri($"/api/documents/{document}/content", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        await using var body = await response.Content.ReadAsStreamAsync();
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(body));
    }

    private static async Task<TcpClient> StartReadingAsync(KiloProcess kilo, string token, Guid document)
    {
        var client = new TcpClient { ReceiveBufferSize = 16 * 1024 };
        await client.ConnectAsync("localhost", kilo.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /api/documents/{document}/content HTTP/1.1\r\nHost: localhost\r\nAuthorization: {new AuthenticationHeaderValue("Bearer", token)}\r\n\r\n"));
        await stream.ReadExactlyAsync(new byte[4096]);
        return client;
    }

    public void Dispose() => _data.Dispose();
}
