using System.Text.Json.Serialization;
using Kilo.BuildingBlocks.Views;

namespace Kilo.Reporting.Model;

/// <summary>A user.</summary>
internal sealed record UserRow(Guid Id, string Email, string DisplayName, string Role, bool Disabled, DateTimeOffset RegisteredAt, DateTimeOffset? SignInsValidFrom)
{
    public static ViewTable<UserRow> Table { get; } = new("users_1", RowsJson.Default.UserRow);
}

/// <summary>A document as it is now, or the tombstone of one that was purged. How many versions it has is also the newest one's number.</summary>
internal sealed record DocumentRow(
    Guid Id, string Library, string Folder, string Title, string FileName, string MediaType, string Sha256, long Size, long Versions, long Bytes,
    Guid CreatedBy, DateTimeOffset CreatedAt, Guid UpdatedBy, DateTimeOffset UpdatedAt, DateTimeOffset? TrashedAt = null, DateTimeOffset? PurgedAt = null)
{
    public static ViewTable<DocumentRow> Table { get; } = new("documents_1", RowsJson.Default.DocumentRow);
}

/// <summary>A version of a document.</summary>
internal sealed record VersionRow(
    Guid DocumentId, long Number, string Sha256, long Size, string MediaType, string FileName, Guid AuthorId, DateTimeOffset CreatedAt,
    string? Label, string? Note, long? BasedOn, bool Concurrent, long? RestoredFrom)
{
    public static ViewTable<VersionRow> Table { get; } = new("versions_1", RowsJson.Default.VersionRow);
}

/// <summary>What a library holds.</summary>
internal sealed record LibrarySum(string Library, long Documents, long Trashed, long Versions, long Bytes)
{
    public static ViewTable<LibrarySum> Table { get; } = new("libraries_1", RowsJson.Default.LibrarySum)
    {
        Sum = (a, b) => new(a.Library, a.Documents + b.Documents, a.Trashed + b.Trashed, a.Versions + b.Versions, a.Bytes + b.Bytes),
    };
}

/// <summary>How many versions have a content.</summary>
internal sealed record ContentSum(string Sha256, long Size, long Uses)
{
    public static ViewTable<ContentSum> Table { get; } = new("contents_1", RowsJson.Default.ContentSum) { Sum = (a, b) => a with { Uses = a.Uses + b.Uses } };
}

/// <summary>What there is of a media type.</summary>
internal sealed record MediaTypeSum(string MediaType, long Versions, long Bytes)
{
    public static ViewTable<MediaTypeSum> Table { get; } = new("media_types_1", RowsJson.Default.MediaTypeSum)
    {
        Sum = (a, b) => a with { Versions = a.Versions + b.Versions, Bytes = a.Bytes + b.Bytes },
    };
}

/// <summary>What somebody did in a library in a quarter of an hour: the widest interval that is whole in every time zone.</summary>
internal sealed record ActivitySum(
    DateTimeOffset Quarter, string Library, Guid PersonId, long Added, long Versions, long Bytes, long Downloads, long DownloadedBytes, long Changed, long Trashed, long Restored, long Purged)
{
    public static ViewTable<ActivitySum> Table { get; } = new("activity_1", RowsJson.Default.ActivitySum)
    {
        Sum = (a, b) => a with
        {
            Added = a.Added + b.Added,
            Versions = a.Versions + b.Versions,
            Bytes = a.Bytes + b.Bytes,
            Downloads = a.Downloads + b.Downloads,
            DownloadedBytes = a.DownloadedBytes + b.DownloadedBytes,
            Changed = a.Changed + b.Changed,
            Trashed = a.Trashed + b.Trashed,
            Restored = a.Restored + b.Restored,
            Purged = a.Purged + b.Purged,
        },
    };

    /// <summary>The same of everybody in every library: what a chart of years is drawn from.</summary>
    public static ViewTable<QuarterSum> Totals { get; } = new("quarters_1", RowsJson.Default.QuarterSum)
    {
        Sum = (a, b) => a with
        {
            Added = a.Added + b.Added,
            Versions = a.Versions + b.Versions,
            Bytes = a.Bytes + b.Bytes,
            Downloads = a.Downloads + b.Downloads,
            DownloadedBytes = a.DownloadedBytes + b.DownloadedBytes,
            Changed = a.Changed + b.Changed,
            Trashed = a.Trashed + b.Trashed,
            Restored = a.Restored + b.Restored,
            Purged = a.Purged + b.Purged,
        },
    };
}

/// <summary>What was done in a quarter of an hour.</summary>
internal sealed record QuarterSum(
    DateTimeOffset Quarter, long Added, long Versions, long Bytes, long Downloads, long DownloadedBytes, long Changed, long Trashed, long Restored, long Purged);

/// <summary>A download. Its id is its event's.</summary>
internal sealed record DownloadRow(Guid Id, DateTimeOffset At, Guid DocumentId, long Number, string Library, Guid PersonId, long Bytes, bool InArchive)
{
    public static ViewTable<DownloadRow> Table { get; } = new("downloads_1", RowsJson.Default.DownloadRow);
}

/// <summary>A token. Private: no SQL sees it. Partition: the secret's SHA-256.</summary>
internal sealed record TokenRow(Guid TokenId, Guid UserId, bool IsSignIn, DateTimeOffset IssuedAt, DateTimeOffset? ExpiresAt)
{
    public static ViewTable<TokenRow> Table { get; } = new("tokens", RowsJson.Default.TokenRow);
}

/// <summary>An event whose id may come to the log twice, and was folded. Private. Partition: the document; sort key: the event.</summary>
internal sealed record AppliedRow
{
    public static AppliedRow Once { get; } = new();

    public static ViewTable<AppliedRow> Table { get; } = new("applied", RowsJson.Default.AppliedRow);
}

// The names of columns.
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(UserRow))]
[JsonSerializable(typeof(DocumentRow))]
[JsonSerializable(typeof(VersionRow))]
[JsonSerializable(typeof(LibrarySum))]
[JsonSerializable(typeof(ContentSum))]
[JsonSerializable(typeof(MediaTypeSum))]
[JsonSerializable(typeof(ActivitySum))]
[JsonSerializable(typeof(QuarterSum))]
[JsonSerializable(typeof(DownloadRow))]
[JsonSerializable(typeof(Runs.RunRow))]
[JsonSerializable(typeof(Runs.QueryRow))]
[JsonSerializable(typeof(TokenRow))]
[JsonSerializable(typeof(AppliedRow))]
internal sealed partial class RowsJson : JsonSerializerContext;
