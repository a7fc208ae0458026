using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Kilo.SystemTests.Uploads;

/// <summary>An upload in pieces over a bad line to a server that dies.</summary>
[Collection(Loads.Name)]
public sealed class ResumedUploadTests(ITestOutputHelper output) : IDisposable
{
    private const int Size = 300_000_000;

    private readonly DataDirectory _data = new();

    [Fact]
    public async Task An_upload_of_300_MB_that_is_cut_three_times_and_whose_server_is_killed_twice_arrives_whole_and_once()
    {
        var bytes = Bytes.Random(new Random(Seed.Value), Size);
        var sha256 = Bytes.Sha256(bytes);
        var kilo = await KiloProcess.ReadyAsync(_data.Path);
        var port = kilo.Port;
        using var admin = await kilo.AdminAsync();
        var upload = await CreateAsync(admin);

        long offset = 0;
        for (var interruption = 1; interruption <= 5; interruption++)
        {
            var until = (int)(interruption * (Size / 6L)) + Random.Shared.Next(1_000_000);
            var kills = interruption % 2 == 0;
            await Should.ThrowAsync<HttpRequestException>(() => AppendAsync(admin, upload, bytes, offset, until, async () =>
            {
                if (kills)
                {
                    await kilo.KillAsync();
                }
                throw new IOException("The line was cut.");
            }));
            if (kills)
            {
                await kilo.DisposeAsync();
                kilo = await KiloProcess.ReadyAsync(_data.Path, port: port);
            }
            var watch = Stopwatch.StartNew();
            var kept = await OffsetAsync(admin, upload);
            output.WriteLine($"{(kills ? "killed" : "cut")} at {until}: goes on at {kept}, which HEAD said after {watch.ElapsedMilliseconds} ms.");
            kept.ShouldBeInRange(offset, until);
            offset = kept;
        }
        offset.ShouldBeGreaterThan(Size / 2, "Most of what was sent should have been kept.");
        using var last = await AppendAsync(admin, upload, bytes, offset, Size, () => Task.CompletedTask);
        last.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var document = last.Headers.GetValues("Kilo-Document").Single();

        var found = (await admin.ListAsync("/api/documents")).ShouldHaveSingleItem();
        found["id"]!.GetValue<string>().ShouldBe(document);
        found["sha256"]!.GetValue<string>().ShouldBe(sha256);
        (await admin.ListAsync($"/api/documents/{document}/timeline")).ShouldHaveSingleItem();
        using (var response = await admin.Http.GetAsync(new Uri($"/api/documents/{document}/content", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead))
        {
            await using var body = await response.Content.ReadAsStreamAsync();
            Convert.ToHexStringLower(await SHA256.HashDataAsync(body)).ShouldBe(sha256);
        }
        Directory.EnumerateFiles(_data.File("content", "partial"), "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length).ShouldBeLessThan(100_000);
        await kilo.DisposeAsync();
    }

    private static async Task<string> CreateAsync(KiloClient client)
    {
        var created = await client.SendAsync(HttpMethod.Post, "/api/uploads", null, ("Tus-Resumable", "1.0.0"),
            ("Upload-Length", Size.ToString(CultureInfo.InvariantCulture)), ("Upload-Metadata", $"filename {Convert.ToBase64String(Encoding.UTF8.GetBytes("large.bin"))}"));
        return created.ShouldBe(HttpStatusCode.Created).Header("Location");
    }

    private static async Task<long> OffsetAsync(KiloClient client, string upload)
    {
        var head = await client.SendAsync(HttpMethod.Head, upload, null, ("Tus-Resumable", "1.0.0"));
        return long.Parse(head.ShouldBe(HttpStatusCode.OK).Header("Upload-Offset"), CultureInfo.InvariantCulture);
    }

    private static Task<HttpResponseMessage> AppendAsync(KiloClient client, string upload, byte[] bytes, long offset, int until, Func<Task> then)
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, upload) { Content = new Piece(bytes.AsMemory((int)offset), until - (int)offset, then) };
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        return client.Http.SendAsync(request);
    }

    public void Dispose() => _data.Dispose();

    /// <summary>All that is missing, of which so many bytes are sent before something happens.</summary>
    private sealed class Piece : HttpContent
    {
        private const int Block = 256 * 1024;

        private readonly ReadOnlyMemory<byte> _bytes;
        private readonly int _sent;
        private readonly Func<Task> _then;

        public Piece(ReadOnlyMemory<byte> bytes, int sent, Func<Task> then)
        {
            (_bytes, _sent, _then) = (bytes, sent, then);
            Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var at = 0; at < _sent; at += Block)
            {
                await stream.WriteAsync(_bytes[at..Math.Min(_sent, at + Block)]);
            }
            await _then();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _bytes.Length;
            return true;
        }
    }
}
