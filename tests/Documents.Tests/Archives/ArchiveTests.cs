using System.IO.Compression;
using System.Net;
using Kilo.BuildingBlocks.Content;
using Kilo.Documents.Tests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Kilo.Documents.Tests.Archives;

public sealed class ArchiveTests(Office office) : IClassFixture<Office>
{
    [Fact]
    public async Task Chosen_documents_come_with_their_newest_versions_under_their_folders()
    {
        using var ada = await office.MemberAsync();
        var one = await ada.AddedAsync("old".Bytes(), "one.txt", new { folder = "2026/q4" });
        await ada.AddVersionAsync(one, "new".Bytes());
        var two = await ada.AddedAsync("two".Bytes(), "two.txt");

        var created = (await ada.PostAsync("/api/archives", new { documents = new[] { one, two, one } })).ShouldBe(HttpStatusCode.Created);
        created.Header("Location").ShouldBe(created.Json.Text("url"));
        created.Json["expiresAt"]!.GetValue<DateTimeOffset>().ShouldBeInRange(DateTimeOffset.UtcNow.AddMinutes(9), DateTimeOffset.UtcNow.AddMinutes(11));
        var answer = (await ada.GetAsync(created.Json.Text("url"))).ShouldBe(HttpStatusCode.OK);

        answer.Header("Content-Type").ShouldBe("application/zip");
        answer.Header("Content-Disposition").ShouldContain("documents.zip");
        (answer.Header("X-Content-Type-Options"), answer.Header("Cache-Control")).ShouldBe(("nosniff", "no-store"));
        Entries(answer).ShouldBe([("2026/q4/one.txt", "new"), ("two.txt", "two")]);
        // As often as needed.
        (await ada.GetAsync(created.Json.Text("url"))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_folder_comes_with_all_below_it_and_nothing_beside_it()
    {
        using var ada = await office.MemberAsync();
        foreach (var folder in new[] { "", "a", "a/b", "a/b/c", "a b", "ab", "a-b", "b" })
        {
            await ada.AddedAsync(folder.Bytes(), "f.txt", new { folder });
        }
        await ada.DeleteAsync($"/api/documents/{await ada.AddedAsync("x".Bytes(), "trashed.txt", new { folder = "a" })}");

        var answer = await FetchedAsync(ada, new { library = "personal", folder = "/a/" });

        Entries(answer).ShouldBe([("a/f.txt", "a"), ("a/b/f.txt", "a/b"), ("a/b/c/f.txt", "a/b/c")]);
        answer.Header("Content-Disposition").ShouldContain("a.zip");
        Entries(await FetchedAsync(ada, new { library = ada.UserId.ToString() })).Count.ShouldBe(8);
    }

    [Fact]
    public async Task A_folder_of_many_pages_comes_whole()
    {
        using var ada = await office.MemberAsync();
        var numbers = Enumerable.Range(0, 1_201);
        await Parallel.ForEachAsync(numbers, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => await ada.AddedAsync($"{i}".Bytes(), "same.txt", new { folder = "many" }));

        var entries = Entries(await FetchedAsync(ada, new { library = "personal", folder = "many" }));

        entries.Select(e => e.Text).Order(StringComparer.Ordinal).ShouldBe(numbers.Select(i => $"{i}").Order(StringComparer.Ordinal));
        entries.Select(e => e.Name).Order(StringComparer.Ordinal).ShouldBe(
            numbers.Select(i => i == 0 ? "many/same.txt" : $"many/same ({i + 1}).txt").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Names_are_safe_and_different_everywhere()
    {
        using var ada = await office.MemberAsync();
        (string Title, string FileName, string Folder, string Entry)[] cases =
        [
            ("Plain", "scan.PDF", "", "Plain.PDF"),
            ("plain.pdf", "scan.PDF", "", "plain (2).PDF"),
            ("Bericht Ünï 漢字 😀", "x.txt", "Ordner ä", "Ordner ä/Bericht Ünï 漢字 😀.txt"),
            ("../../etc/passwd", "a", "", ".._.._etc_passwd"),
            ("..", "b", "", "_"),
            ("/abs", "c", "", "_abs"),
            ("C:\\x<y>|z?*\".txt", "d.txt", "", "C__x_y__z___.txt"),
            ("CON", "e.txt", "", "_CON.txt"),
            ("nul.tar", "e.gz", "", "_nul.tar.gz"),
            ("ends with dots. . .", "f", "", "ends with dots"),
            ("photo\u202Egpj.exe", "g.exe", "", "photo_gpj.exe"),
            ("same", "h", "", "same"),
            ("below", "i", "same", "same (2)/below"),
            ("below", "i", "SAME", "SAME (3)/below"),
            ("below", "i", "a:/..b", "a_/..b/below"),
            ("below", "i", "a?", "a_ (2)/below"),
            (new string('ä', 250), "j.txt", "", new string('ä', 118) + ".txt"),
        ];
        var ids = new List<Guid>();
        foreach (var (title, fileName, folder, _) in cases)
        {
            ids.Add(await ada.AddedAsync("x".Bytes(), fileName, new { title, folder }));
        }

        Entries(await FetchedAsync(ada, new { documents = ids })).Select(e => e.Name).ShouldBe(cases.Select(c => c.Entry));
    }

    [Fact]
    public async Task What_is_compressed_already_is_stored_and_the_rest_is_deflated()
    {
        using var ada = await office.MemberAsync();
        var (zeros, noise) = (new byte[500_000], new byte[500_000]);
        new Random(2).NextBytes(noise);
        var ids = new[] { await ada.AddedAsync(zeros, "photo.jpg"), await ada.AddedAsync(zeros, "letter.docx"), await ada.AddedAsync(zeros, "drawing.svg"), await ada.AddedAsync(zeros, "letter.txt"), await ada.AddedAsync(noise, "secret.bin") };

        var answer = await FetchedAsync(ada, new { documents = ids });

        using var zip = new ZipArchive(new MemoryStream(answer.Bytes));
        zip.Entries.Select(e => e.CompressedLength == e.Length).ShouldBe([true, true, false, false, true]);
        zip.Entries.ShouldAllBe(e => e.Length == zeros.Length);
        zip.Entries.ShouldAllBe(e => Math.Abs((e.LastWriteTime.DateTime - DateTime.UtcNow).TotalMinutes) < 2);
    }

    [Fact]
    public async Task A_failure_in_the_middle_cuts_the_connection()
    {
        using var ada = await office.MemberAsync();
        var (large, lost) = (new byte[3_000_000], Guid.NewGuid().ToByteArray());
        new Random(1).NextBytes(large);
        var ids = new[] { await ada.AddedAsync(large, "large.bin"), await ada.AddedAsync(lost, "lost.bin") };
        var url = await CreatedAsync(ada, new { documents = ids });
        (await office.Server.Contents.DeleteAsync(new ContentHash(lost.Sha256()), DateTimeOffset.MaxValue, default)).ShouldBeTrue();

        await Should.ThrowAsync<HttpRequestException>(() => ada.GetAsync(url));

        // With nothing sent yet there is room for a sentence.
        (await ada.GetAsync(await CreatedAsync(ada, new { documents = new[] { ids[1] } }))).ShouldBeProblem(503, "content-missing");
    }

    [Fact]
    public async Task A_ticket_is_its_owners_alone()
    {
        using var ada = await office.MemberAsync();
        using var bob = await office.MemberAsync("Bob");
        var shared = await ada.AddedAsync("x".Bytes(), "a.txt", new { library = "shared" });
        var url = await CreatedAsync(ada, new { documents = new[] { shared } });

        (await bob.GetAsync(url)).ShouldBeProblem(404, "not-found", "archive");
        (await office.Anonymous.GetAsync(url)).ShouldBeProblem(401, "sign-in-needed");
        (await ada.GetAsync("/api/archives/" + new string('0', 32))).ShouldBeProblem(404, "not-found", "archive");
        (await ada.GetAsync("/api/archives/x")).ShouldBeProblem(404, "not-found", "archive");
        (await bob.GetAsync(await CreatedAsync(bob, new { documents = new[] { shared } }))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nobody_gets_an_archive_of_what_is_not_theirs_to_see()
    {
        using var ada = await office.MemberAsync();
        using var bob = await office.MemberAsync("Bob");
        var (hers, his) = (await ada.AddedAsync("x".Bytes()), await bob.AddedAsync("y".Bytes()));

        (await bob.PostAsync("/api/archives", new { documents = new[] { his, hers } })).ShouldBeProblem(404, "not-found", "document");
        (await bob.PostAsync("/api/archives", new { library = ada.UserId })).ShouldBeProblem(404, "not-found", "library");
        (await office.Server.Admin.PostAsync("/api/archives", new { library = ada.UserId })).ShouldBeProblem(404, "not-found", "library");
    }

    [Fact]
    public async Task Rights_and_trash_are_asked_for_again_when_it_is_fetched()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes(), "a.txt", new { folder = "f" });
        var (chosen, folder) = (await CreatedAsync(ada, new { documents = new[] { id } }), await CreatedAsync(ada, new { library = "personal", folder = "f" }));

        await ada.DeleteAsync($"/api/documents/{id}");
        (await ada.GetAsync(chosen)).ShouldBeProblem(409, "in-trash");
        (await ada.GetAsync(folder)).ShouldBeProblem(404, "not-found", "folder");
        await ada.DeleteAsync($"/api/documents/{id}?purge=true");
        (await ada.GetAsync(chosen)).ShouldBeProblem(404, "not-found", "document");
    }

    [Theory]
    [InlineData("{}", 400, "invalid-archive")]
    [InlineData("{\"documents\":[]}", 400, "invalid-archive")]
    [InlineData("{\"documents\":[\"x\"]}", 400, "bad-request")]
    [InlineData("{\"documents\":[\"00000000-0000-0000-0000-000000000001\"],\"library\":\"shared\"}", 400, "invalid-archive")]
    [InlineData("{\"folder\":\"a\"}", 400, "invalid-archive")]
    [InlineData("{\"library\":\"personal\",\"folder\":\"..\"}", 400, "invalid-folder")]
    [InlineData("{\"library\":\"personal\",\"folder\":\"nothing here\"}", 404, "not-found")]
    [InlineData("{\"library\":\"nobodys\"}", 404, "not-found")]
    [InlineData("{\"documents\":[\"00000000-0000-0000-0000-000000000001\"]}", 404, "not-found")]
    public async Task What_cannot_be_an_archive_is_refused(string json, int status, string code)
    {
        using var ada = await office.MemberAsync();
        using var body = new StringContent(json, null, "application/json");

        (await ada.SendAsync(HttpMethod.Post, "/api/archives", body)).ShouldBeProblem(status, code);
    }

    [Fact]
    public async Task Too_many_documents_are_refused_with_the_limit()
    {
        await using var server = await KiloServer.StartAsync(new Dictionary<string, string?> { ["Kilo:Documents:MaxArchiveDocuments"] = "3" });
        var ids = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add(await server.Admin.AddedAsync($"{i}".Bytes()));
        }
        var url = await CreatedAsync(server.Admin, new { library = "personal" });
        ids.Add(await server.Admin.AddedAsync("4".Bytes()));

        (await server.Admin.PostAsync("/api/archives", new { library = "personal" })).ShouldBeProblem(400, "archive-too-large", "3");
        (await server.Admin.PostAsync("/api/archives", new { documents = ids })).ShouldBeProblem(400, "archive-too-large", "3");
        (await server.Admin.GetAsync(url)).ShouldBeProblem(400, "archive-too-large", "3");
    }

    [Fact]
    public async Task A_ticket_lasts_ten_minutes()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var server = await KiloServer.StartAsync(configure: services => services.RemoveAll<TimeProvider>().AddSingleton<TimeProvider>(time));
        var url = await CreatedAsync(server.Admin, new { documents = new[] { await server.Admin.AddedAsync("x".Bytes()) } });

        time.Advance(TimeSpan.FromMinutes(9));
        (await server.Admin.GetAsync(url)).ShouldBe(HttpStatusCode.OK);
        time.Advance(TimeSpan.FromMinutes(2));
        (await server.Admin.GetAsync(url)).ShouldBeProblem(404, "not-found", "archive");
    }

    private static async Task<string> CreatedAsync(KiloClient client, object archive) => (await client.PostAsync("/api/archives", archive)).ShouldBe(HttpStatusCode.Created).Json.Text("url");

    private static async Task<Answer> FetchedAsync(KiloClient client, object archive) => (await client.GetAsync(await CreatedAsync(client, archive))).ShouldBe(HttpStatusCode.OK);

    private static List<(string Name, string Text)> Entries(Answer answer)
    {
        using var zip = new ZipArchive(new MemoryStream(answer.Bytes));
        return [.. zip.Entries.Select(e =>
        {
            using var reader = new StreamReader(e.Open());
            return (e.FullName, reader.ReadToEnd());
        })];
    }
}
