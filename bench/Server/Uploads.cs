using System.Text.Json;
using Kilo.Bench.Http;
using Kilo.Bench.Load;

namespace Kilo.Bench.Server;

/// <summary>A document that the bench uploaded.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Client">Whose file it is, and</param>
/// <param name="Sequence">which of that client's: together they give its content.</param>
internal sealed record AddedDocument(Guid Id, int Client, long Sequence);

/// <summary>Documents that must be there before something else is measured.</summary>
internal static class Uploads
{
    /// <summary>Uploads small documents, the same number from each client.</summary>
    public static async Task<AddedDocument[]> AddSmallAsync(int port, Session session, int clients, int perClient)
    {
        var added = new AddedDocument[clients * perClient];
        await LoadRun.EachAsync(clients, port, (client, http) =>
        {
            var upload = new SmallUpload(session, "/api/documents", client);
            for (var i = 0; i < perClient; i++)
            {
                http.Exchange(upload.Next(), 201, "POST /api/documents");
                added[client * perClient + i] = new AddedDocument(IdIn(http.Body), client, i + 1);
            }
        });
        return added;
    }

    /// <summary>The id in an answer.</summary>
    public static Guid IdIn(ReadOnlySpan<byte> json)
    {
        using var document = JsonDocument.Parse(json.ToArray());
        return document.RootElement.GetProperty("id").GetGuid();
    }
}
