using System.Text.Json.Serialization;
using Kilo.BuildingBlocks.Events;

namespace Kilo.Documents.Contracts;

/// <summary>The public events of Documents.</summary>
public static class DocumentsEvents
{
    /// <summary>Adds them to a catalogue.</summary>
    public static EventCatalogue AddDocumentsEvents(this EventCatalogue catalogue) => catalogue
        .Add(DocumentsJson.Default.DocumentAdded)
        .Add(DocumentsJson.Default.VersionAdded)
        .Add(DocumentsJson.Default.DocumentChanged)
        .Add(DocumentsJson.Default.DocumentTrashed)
        .Add(DocumentsJson.Default.DocumentRestored)
        .Add(DocumentsJson.Default.DocumentPurged)
        .Add(DocumentsJson.Default.ContentDownloaded);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(DocumentAdded))]
[JsonSerializable(typeof(VersionAdded))]
[JsonSerializable(typeof(DocumentChanged))]
[JsonSerializable(typeof(DocumentTrashed))]
[JsonSerializable(typeof(DocumentRestored))]
[JsonSerializable(typeof(DocumentPurged))]
[JsonSerializable(typeof(ContentDownloaded))]
internal sealed partial class DocumentsJson : JsonSerializerContext;
