using System.Text.Json.Nodes;
using Kilo.Testing.Http;

namespace Kilo.Reporting.Tests.Kit;

/// <summary>What reports say, beside a count over the log.</summary>
internal static class Totals
{
    public static async Task ShouldEqualAsync(KiloClient admin, string position, LogCount counted)
    {
        var summary = (await admin.ReportAsync("/summary", position)).Json;
        var storage = (await admin.ReportAsync("/storage", position)).Json;
        var activity = (await admin.ReportAsync("/activity?bucket=month", position)).Json["items"]!.AsArray();
        var people = (await admin.ReportAsync("/people?limit=1000", position)).Json["items"]!.AsArray();
        var libraries = (await admin.ReportAsync("/libraries?limit=1000", position)).Json["items"]!.AsArray();

        Of(summary, "documents").ShouldBe(counted.Documents);
        Of(summary, "trashedDocuments").ShouldBe(counted.Trashed);
        Of(summary, "versions").ShouldBe(counted.Versions);
        Of(summary, "logicalBytes").ShouldBe(counted.LogicalBytes);
        Of(summary, "storedBytes").ShouldBe(counted.StoredBytes);
        Of(summary, "savedBytes").ShouldBe(counted.LogicalBytes - counted.StoredBytes);
        Of(summary["last30Days"]!, "versions").ShouldBe(counted.AddedBy.Values.Sum());
        Of(storage, "storedBytes").ShouldBe(counted.StoredBytes);
        Of(storage, "sharedContents").ShouldBe(counted.SharedContents);
        storage["mediaTypes"]!.AsArray().ToDictionary(t => t!["mediaType"]!.GetValue<string>(), t => Of(t!, "bytes")).ShouldBe(counted.MediaTypes, ignoreOrder: true);
        people.Where(p => Of(p!, "versions") > 0).ToDictionary(p => p!["id"]!.GetValue<Guid>(), p => Of(p!, "versions")).ShouldBe(counted.AddedBy, ignoreOrder: true);
        people.Where(p => Of(p!, "downloads") > 0).ToDictionary(p => p!["id"]!.GetValue<Guid>(), p => Of(p!, "downloads")).ShouldBe(counted.DownloadsOf, ignoreOrder: true);
        libraries.Where(l => Of(l!, "documents") > 0).ToDictionary(l => l!["id"]!.GetValue<string>(), l => Of(l!, "documents")).ShouldBe(counted.DocumentsOf, ignoreOrder: true);
        foreach (var (what, times) in counted.Done)
        {
            activity.Sum(i => Of(i!, what == "added" ? "documents" : what)).ShouldBe(times, what);
        }
    }

    private static long Of(JsonNode node, string property) => node[property]!.GetValue<long>();
}
