using System.Text.Json.Serialization;
using Kilo.BuildingBlocks.Events;

namespace Kilo.Documents.Contracts;

/// <summary>The claim check of a version's bytes. They were stored before the event that names them.</summary>
/// <param name="Sha256">64 hexadecimal digits.</param>
/// <param name="Size">In bytes.</param>
/// <param name="MediaType">As the uploader named it.</param>
/// <param name="FileName">As the uploader named it, without folders.</param>
public sealed record ContentClaim(string Sha256, long Size, string MediaType, string FileName);

/// <summary>A document came to be, with its first version.</summary>
/// <param name="DocumentId">The document.</param>
/// <param name="Library"><c>shared</c>, or the id of the user whose personal library it is.</param>
/// <param name="Folder">Path with <c>/</c> between the names; empty for the library's top.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Content">The first version's bytes.</param>
/// <param name="Tags">Lower case, without duplicates.</param>
/// <param name="Note">What the author said of the version.</param>
/// <param name="Label">A name for the version.</param>
public sealed record DocumentAdded(
    Guid DocumentId, string Library, string Folder, string Title, ContentClaim Content,
    IReadOnlyList<string>? Tags = null, string? Note = null, string? Label = null) : IIntegrationEvent
{
    /// <inheritdoc />
    public static string EventName => "documents.document-added.v1";

    /// <inheritdoc />
    public static Topic Topic => DocumentsTopics.Documents;

    /// <inheritdoc />
    [JsonIgnore]
    public string Key => DocumentId.ToString();
}

/// <summary>
/// New bytes for a document. The fold gives the number, in log order, so that concurrent uploads become consecutive versions.
/// </summary>
/// <param name="DocumentId">The document.</param>
/// <param name="Content">The bytes.</param>
/// <param name="BasedOn">The version that the author had seen; when the head has moved since, the new version is marked concurrent.</param>
/// <param name="Force">True: becomes a version even when the bytes equal the head's.</param>
/// <param name="RestoredFrom">The old version whose bytes these are.</param>
/// <param name="Note">What the author said of it.</param>
/// <param name="Label">A name for it.</param>
public sealed record VersionAdded(
    Guid DocumentId, ContentClaim Content, int? BasedOn = null, bool Force = false, int? RestoredFrom = null,
    string? Note = null, string? Label = null) : IIntegrationEvent
{
    /// <inheritdoc />
    public static string EventName => "documents.version-added.v1";

    /// <inheritdoc />
    public static Topic Topic => DocumentsTopics.Documents;

    /// <inheritdoc />
    [JsonIgnore]
    public string Key => DocumentId.ToString();
}

/// <summary>A document was renamed, moved or tagged. What is null stayed as it was.</summary>
public sealed record DocumentChanged(
    Guid DocumentId, string? Title = null, string? Folder = null, IReadOnlyList<string>? Tags = null) : IIntegrationEvent
{
    /// <inheritdoc />
    public static string EventName => "documents.document-changed.v1";

    /// <inheritdoc />
    public static Topic Topic => DocumentsTopics.Documents;

    /// <inheritdoc />
    [JsonIgnore]
    public string Key => DocumentId.ToString();
}

/// <summary>A document went to the trash, with its whole history.</summary>
public sealed record DocumentTrashed(Guid DocumentId) : IIntegrationEvent
{
    /// <inheritdoc />
    public static string EventName => "documents.document-trashed.v1";

    /// <inheritdoc />
    public static Topic Topic => DocumentsTopics.Documents;

    /// <inheritdoc />
    [JsonIgnore]
    public string Key => DocumentId.ToString();
}

/// <summary>A document came back from the trash.</summary>
public sealed record DocumentRestored(Guid DocumentId) : IIntegrationEvent
{
    /// <inheritdoc />
    public static string EventName => "documents.document-restored.v1";

    /// <inheritdoc />
    public static Topic Topic => DocumentsTopics.Documents;

    /// <inheritdoc />
    [JsonIgnore]
    public string Key => DocumentId.ToString();
}

/// <summary>A document is gone for good. Contents that nothing else refers to are deleted after the grace period.</summary>
public sealed record DocumentPurged(Guid DocumentId) : IIntegrationEvent
{
    /// <inheritdoc />
    public static string EventName => "documents.document-purged.v1";

    /// <inheritdoc />
    public static Topic Topic => DocumentsTopics.Documents;

    /// <inheritdoc />
    [JsonIgnore]
    public string Key => DocumentId.ToString();
}

/// <summary>
/// Somebody got a version's bytes, from the first one on. What goes on with a broken download, and what the browser had already, is none. Recorded beside the answer: how many
/// may be missing after a crash is a setting.
/// </summary>
/// <param name="DocumentId">The document.</param>
/// <param name="Number">The version.</param>
/// <param name="Library">The document's: <c>shared</c>, or the id of the user whose personal library it is.</param>
/// <param name="Bytes">How many were sent.</param>
/// <param name="InArchive">True: as a part of a zip archive.</param>
/// <param name="Preview">True: to be looked at, and not to be kept. Reports do not count it as a download.</param>
public sealed record ContentDownloaded(Guid DocumentId, int Number, string Library, long Bytes, bool InArchive = false, bool Preview = false) : IIntegrationEvent
{
    /// <inheritdoc />
    public static string EventName => "documents.content-downloaded.v1";

    /// <inheritdoc />
    public static Topic Topic => DocumentsTopics.Downloads;

    /// <inheritdoc />
    [JsonIgnore]
    public string Key => DocumentId.ToString();
}
