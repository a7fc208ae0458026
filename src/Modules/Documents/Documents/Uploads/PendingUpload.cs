using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kilo.Documents.Uploads;

/// <summary>What was said when an upload was created. Kept beside its bytes; all of it was found valid then.</summary>
/// <param name="Owner">Whose it is; nobody else sees it.</param>
/// <param name="Length">How many bytes it will have.</param>
/// <param name="Metadata"><c>Upload-Metadata</c> as it was sent.</param>
/// <param name="FileName">For the version.</param>
/// <param name="MediaType">For the version.</param>
/// <param name="Library">Of a new document.</param>
/// <param name="Folder">Of a new document.</param>
/// <param name="Title">Of a new document.</param>
/// <param name="Tags">Of a new document.</param>
/// <param name="Note">For the version.</param>
/// <param name="Label">For the version.</param>
/// <param name="Document">Which document gets a version; null: a new one.</param>
/// <param name="BasedOn">The version that the author had seen.</param>
internal sealed record PendingUpload(
    Guid Owner, long Length, string Metadata, string FileName, string MediaType, string Library, string Folder, string Title, IReadOnlyList<string> Tags,
    string? Note, string? Label, Guid? Document, int? BasedOn)
{
    /// <summary>What became of it, once it was whole.</summary>
    public UploadOutcome? Outcome { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, UploadsJson.Default.PendingUpload);

    public static PendingUpload Of(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, UploadsJson.Default.PendingUpload)!;
}

/// <summary>What became of an upload.</summary>
/// <param name="Document">The document.</param>
/// <param name="Version">Its version; null while the view has not come that far.</param>
/// <param name="Unchanged">True when the bytes equal those of that version, which was there before.</param>
/// <param name="Position">Where the fact stands; null when it was there before.</param>
/// <param name="At">When.</param>
internal sealed record UploadOutcome(Guid Document, int? Version, bool Unchanged, string? Position, DateTimeOffset At);

/// <summary>How far an upload is.</summary>
internal sealed record UploadProgress(Guid Id, PendingUpload Upload, long Offset, DateTimeOffset Expires);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(PendingUpload))]
internal sealed partial class UploadsJson : JsonSerializerContext;
