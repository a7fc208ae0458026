using System.Net;
using System.Text;
using Kilo.BuildingBlocks.Log;
using Kilo.Testing;
using Kilo.Testing.Http;

namespace Kilo.Reporting.Tests.Kit;

/// <summary>Everything that can happen to documents, by several people at once.</summary>
internal static class Life
{
    /// <summary>Returns the position behind all of it.</summary>
    public static async Task<string> LiveAsync(KiloServer server, int documents = 12)
    {
        var (ada, bob) = (await server.Admin.AddMemberAsync("Ada"), await server.Admin.AddMemberAsync("Bob"));
        var ids = await Task.WhenAll(Enumerable.Range(0, documents).Select(i =>
            Who(i).AddedAsync(Bytes($"content {i % 5}"), $"document {i}.{(i % 2 == 0 ? "txt" : "pdf")}", new { library = i % 3 == 0 ? "shared" : "personal", note = "=1+1" })));
        await Task.WhenAll(ids.Select(async (id, i) =>
        {
            var who = Who(i);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(v => who.AddVersionAsync(id, Bytes($"content {i} {v % 3}"), fields: new { basedOn = 1 })));
            var key = ("Idempotency-Key", $"key {i}");
            await Task.WhenAll(who.AddVersionAsync(id, Bytes($"keyed {i}"), headers: key), who.AddVersionAsync(id, Bytes($"keyed {i}"), headers: key));
            await who.AddVersionAsync(id, Bytes($"keyed {i}"), fields: new { force = "true" });
            (await who.PostAsync($"/api/documents/{id}/versions/1/restore")).Status.ShouldBe(HttpStatusCode.Created);
            await who.GetAsync($"/api/documents/{id}/content?preview=true");
            await who.DownloadAsync(id);
            await who.DownloadAsync(id, 1);
            switch (i % 6)
            {
                case 0:
                    await who.PatchAsync($"/api/documents/{id}", new { title = $"renamed, \"{i}\"", folder = "f/g" });
                    break;
                case 1:
                    await who.DeleteAsync($"/api/documents/{id}");
                    break;
                case 2:
                    await who.DeleteAsync($"/api/documents/{id}");
                    await who.PostAsync($"/api/documents/{id}/restore");
                    break;
                case 3:
                    await who.DeleteAsync($"/api/documents/{id}?purge=true");
                    break;
                case 4:
                    await who.DeleteAsync($"/api/documents/{id}");
                    await who.DeleteAsync($"/api/documents/{id}?purge=true");
                    break;
            }
        }));
        // Downloads are recorded a moment later.
        await Eventually.Async("every download to be a fact", async () =>
            (await LogCount.OfAsync(server.Log)).DownloadsOf.Where(d => d.Key == ada.UserId || d.Key == bob.UserId).Sum(d => d.Value) == 2 * documents);
        return await server.PositionAsync();

        KiloClient Who(int i) => i % 3 == 0 ? bob : ada;
    }

    /// <summary>The end of everything that reports are folded from.</summary>
    public static Task<string> PositionAsync(this KiloServer server) => PositionAsync(server.Log);

    /// <summary>The end of everything that reports are folded from.</summary>
    public static async Task<string> PositionAsync(IEventLog log)
    {
        var ends = new List<LogPosition>();
        foreach (var topic in new ReportingModule().Folds)
        {
            for (var partition = 0; partition < log.Partitions(topic); partition++)
            {
                ends.Add(new LogPosition(log.Epoch, topic.Name, partition, await log.EndAsync(topic, partition, CancellationToken.None) - 1));
            }
        }
        return string.Join(',', ends.Where(e => e.Offset >= 0));
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A report that contains at least the position.</summary>
    public static Task<Answer> ReportAsync(this KiloServer server, string path, string position) => server.Admin.ReportAsync(path, position);

    /// <summary>A report that contains at least the position.</summary>
    public static async Task<Answer> ReportAsync(this KiloClient admin, string path, string position) =>
        (await admin.GetAsync("/api/reports" + path, ("Kilo-Wait-For", position))).ShouldBe(HttpStatusCode.OK);

    /// <summary>Every report, each as it came.</summary>
    public static async Task<Dictionary<string, string>> ReportsAsync(this KiloServer server, string position)
    {
        var answers = new Dictionary<string, string>();
        foreach (var path in new[]
        {
            "/summary", "/storage", "/activity", "/activity?bucket=week&tz=Asia/Kathmandu", "/activity?bucket=month&library=shared", "/people", "/people?library=shared&format=csv", "/libraries",
            "/libraries?format=csv", "/documents/top", "/documents/top?by=bytes", "/documents/top?by=downloads", "/documents/top?by=bytes&library=shared&format=csv",
        })
        {
            answers[path] = (await server.ReportAsync(path, position)).Text;
        }
        return answers;
    }
}
