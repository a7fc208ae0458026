using System.Text.Json.Serialization;

namespace Kilo.Documents.Views;

/// <summary>A document as it is now.</summary>
/// <param name="Id">The document.</param>
/// <param name="Library"><c>shared</c>, or the owner's user id.</param>
/// <param name="Folder">Path, empty for the top.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Tags">Lower case.</param>
/// <param name="Head">The newest version.</param>
/// <param name="CreatedBy">Who added it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="UpdatedBy">Who changed it last.</param>
/// <param name="UpdatedAt">When.</param>
/// <param name="Revision">Offset of the last event folded into it: part of its entity tag, and what makes a second delivery harmless.</param>
/// <param name="Block">Where the words are that it is found by: see <see cref="FindDocuments.TermsView"/>.</param>
/// <param name="TrashedAt">When it went to the trash.</param>
/// <param name="Purged">True: a tombstone. Nothing else of the document is left.</param>
internal sealed record DocumentRow(
    Guid Id, string Library, string Folder, string Title, IReadOnlyList<string> Tags, VersionRow Head,
    Guid CreatedBy, DateTimeOffset CreatedAt, Guid UpdatedBy, DateTimeOffset UpdatedAt, long Revision, int Block,
    DateTimeOffset? TrashedAt = null, bool Purged = false)
{
    [JsonIgnore]
    // With the event's time: a log that was restored or moved may give the same offset to another state of the document.
    public string ETag => $"\"{Revision}-{UpdatedAt.ToUnixTimeMilliseconds():x}\"";
}

/// <summary>One version.</summary>
internal sealed record VersionRow(
    int Number, string Sha256, long Size, string MediaType, string FileName, Guid AuthorId, DateTimeOffset CreatedAt,
    string? Label = null, string? Note = null, int? BasedOn = null, bool Concurrent = false, int? RestoredFrom = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(DocumentRow))]
[JsonSerializable(typeof(ListDocuments.ListingRow))]
[JsonSerializable(typeof(FindDocuments.BlockRow))]
[JsonSerializable(typeof(VersionRow))]
[JsonSerializable(typeof(AddVersion.AppliedRow))]
[JsonSerializable(typeof(GetTimeline.TimelineRow))]
[JsonSerializable(typeof(FindDocuments.MonthRow))]
[JsonSerializable(typeof(CountDocuments.CountRow))]
[JsonSerializable(typeof(ListFolders.FolderRow))]
[JsonSerializable(typeof(People.PersonRow))]
[JsonSerializable(typeof(People.TokenRow))]
internal sealed partial class RowsJson : JsonSerializerContext;
