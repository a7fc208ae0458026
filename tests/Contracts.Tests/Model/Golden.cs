using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kilo.Architecture.Tests.Model;
using Kilo.BuildingBlocks.Events;

namespace Kilo.Contracts.Tests.Model;

/// <summary>
/// The golden files: one full example per event, as it went over the wire when the event was first published.
/// A snapshot of the contract in the manner of EventSourcing.NetCore.
/// </summary>
internal static class Golden
{
    // As people read it; the bytes on the wire may escape more, which JSON does not distinguish.
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Folder { get; } = Repository.PathOf("tests/Contracts.Tests/Golden");

    public static IReadOnlyList<string> Names => [.. Repository.Files(Folder, ".json").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    public static string PathOf(EventType type) => Path.Combine(Folder, type.Name + ".json");

    /// <exception cref="Xunit.Sdk.XunitException">The event has no golden file.</exception>
    public static string Read(EventType type)
    {
        Assert.True(File.Exists(PathOf(type)), $"{type.Name} has no golden file. Write it, and review it like an interface: ./kilo docs");
        return File.ReadAllText(PathOf(type)).ReplaceLineEndings("\n");
    }

    /// <summary>Writes the file of a new event. One that exists is a promise to every log out there: it is never written again.</summary>
    public static void WriteWhenMissing(EventType type, string folder)
    {
        var path = Path.Combine(folder, type.Name + ".json");
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(path, Write(type, Examples.Full(type.ClrType)));
        }
    }

    /// <summary>The event's JSON, indented.</summary>
    public static string Write(EventType type, object fact) => Indent(JsonSerializer.Serialize(fact, type.Json));

    public static string Indent(string json) => JsonNode.Parse(json)!.ToJsonString(Readable) + "\n";

    public static object Parse(EventType type, string json) => JsonSerializer.Deserialize(json, type.Json) ?? throw new JsonException($"{type.Name} is null.");

    /// <summary>As the log would carry it.</summary>
    public static EventEnvelope Envelope(string type, string body) =>
        new(Guid.Empty, type, "/kilo/test", "key", DateTimeOffset.UnixEpoch, Guid.Empty, null, System.Text.Encoding.UTF8.GetBytes(body));
}
