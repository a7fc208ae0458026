using System.Net.Sockets;
using System.Text;
using Kilo.Documents.Contracts;
using Kilo.Documents.Tests.Kit;
using Kilo.Testing.Http;

namespace Kilo.Documents.Tests.Add;

/// <summary>Connections that end early, and files that are too large. Nothing of them is ever seen.</summary>
public sealed class BrokenBodyTests : IAsyncLifetime
{
    private const int MaxFileBytes = 100_000;

    private KiloServer _server = null!;

    public async Task InitializeAsync() => _server = await KiloServer.StartAsync(new Dictionary<string, string?>
    {
        ["Kilo:Documents:MaxFileBytes"] = MaxFileBytes.ToString(System.Globalization.CultureInfo.InvariantCulture),
    });

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_is_cut_in_the_middle_leaves_nothing(bool hangsUp)
    {
        using var ada = await _server.Admin.AddMemberAsync("Ada");
        var before = await _server.EventCountAsync(DocumentsTopics.Documents);
        var half = $"--{RawForm.Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n{new string('h', 5_000)}";
        using (var socket = await PostAsync(ada, "20000", half))
        {
            var stream = socket.GetStream();
            if (hangsUp)
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            else
            {
                // Half closed: the client still listens, and learns that it is over.
                socket.Client.Shutdown(SocketShutdown.Send);
                var end = new byte[12];
                var read = stream.ReadAtLeastAsync(end, end.Length, throwOnEndOfStream: false).AsTask();
                await Task.WhenAny(read, Task.Delay(TimeSpan.FromSeconds(20)));
                (read.IsFaulted || read is { IsCompleted: true, Result: 0 } || Encoding.ASCII.GetString(end) == "HTTP/1.1 400").ShouldBeTrue();
            }
        }
        // A request on another connection is answered after it: the server took no harm.
        await ada.AddedAsync("whole".Bytes(), "whole.txt");

        (await ada.ListAsync("/api/documents")).Titles().ShouldBe(["whole.txt"]);
        (await _server.EventCountAsync(DocumentsTopics.Documents)).ShouldBe(before + 1);
        (await _server.Contents.HasAsync(new string('h', 5_000).Bytes())).ShouldBeFalse();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("150")]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData("99999999999999999999")]
    [InlineData("5000\r\nContent-Length: 6000")]
    public async Task A_content_length_that_is_not_the_bodys_leaves_nothing(string length)
    {
        using var ada = await _server.Admin.AddMemberAsync("Ada");
        var (before, file) = (await _server.EventCountAsync(DocumentsTopics.Documents), new string('w', 5_000));
        using (var socket = await PostAsync(ada, length, $"{RawForm.File("a.txt", file)}--{RawForm.Boundary}--\r\n"))
        {
            var status = new byte[12];
            await socket.GetStream().ReadAtLeastAsync(status, status.Length).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            Encoding.ASCII.GetString(status).ShouldBe("HTTP/1.1 400");
        }
        await ada.AddedAsync("whole".Bytes(), "whole.txt");

        (await ada.ListAsync("/api/documents")).Titles().ShouldBe(["whole.txt"]);
        (await _server.EventCountAsync(DocumentsTopics.Documents)).ShouldBe(before + 1);
        (await _server.Contents.HasAsync(file.Bytes())).ShouldBeFalse();
    }

    private static async Task<TcpClient> PostAsync(KiloClient who, string length, string body)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync("localhost", who.Http.BaseAddress!.Port);
        await socket.GetStream().WriteAsync(Encoding.UTF8.GetBytes(
            $"POST /api/documents HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {who.Token}\r\n"
            + $"Content-Type: multipart/form-data; boundary={RawForm.Boundary}\r\nContent-Length: {length}\r\n\r\n{body}"));
        return socket;
    }

    [Theory]
    [InlineData(MaxFileBytes + 1)]
    [InlineData(MaxFileBytes + 500_000)]
    [InlineData(MaxFileBytes + 2_000_000)]
    public async Task A_file_above_the_limit_is_refused_with_the_limit(int size)
    {
        using var ada = await _server.Admin.AddMemberAsync("Ada");
        var id = await ada.AddedAsync("first".Bytes());
        var (before, bytes) = (await _server.EventCountAsync(DocumentsTopics.Documents), new byte[size]);

        (await ada.AddAsync(bytes)).ShouldBeProblem(413, "file-too-large", "100000");
        (await ada.AddVersionAsync(id, bytes)).ShouldBeProblem(413, "file-too-large", "100000");

        (await _server.EventCountAsync(DocumentsTopics.Documents)).ShouldBe(before);
        (await _server.Contents.HasAsync(bytes)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_above_the_limit_is_refused_when_its_length_was_not_announced()
    {
        using var ada = await _server.Admin.AddMemberAsync("Ada");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/documents") { Content = KiloClient.Form(new byte[MaxFileBytes + 2_000_000], "big.bin", null) };
        request.Headers.TransferEncodingChunked = true;

        using var response = await ada.Http.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(413);
        (await response.Content.ReadAsStringAsync()).ShouldContain("100000");
    }

    [Fact]
    public async Task A_file_of_exactly_the_limit_is_accepted()
    {
        using var ada = await _server.Admin.AddMemberAsync("Ada");

        (await ada.AddAsync(new byte[MaxFileBytes])).ShouldBe(System.Net.HttpStatusCode.Created);
    }
}
