using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Engines.Tests.Pump;

/// <summary>An event for these tests. What it does to the fold is part of it, so that a replay meets the same fate.</summary>
internal sealed record Counted(string Tally, int Amount, Fate Fate = Fate.Folded) : IIntegrationEvent
{
    public static string EventName => "tallies.counted.v1";

    public static Topic Topic { get; } = new("kilo.tallies", "tallies", 4);

    public string Key => Tally;
}

internal enum Fate { Folded, FailsHalfway, Resets, ResetsAndFails }

/// <summary>An older shape of <see cref="Counted"/> whose upcaster cannot cope with everything.</summary>
internal sealed record Tallied(string Tally, string Amount) : IIntegrationEvent
{
    public static string EventName => "tallies.tallied.v1";

    public static Topic Topic => Counted.Topic;

    public string Key => Tally;
}

/// <summary>An event that no projection here cares for.</summary>
internal sealed record Looked(string Tally) : IIntegrationEvent
{
    public static string EventName => "tallies.looked.v1";

    public static Topic Topic => Counted.Topic;

    public string Key => Tally;
}

internal sealed record Tally(int Events, int Sum);

internal sealed record Entry(int Amount);

/// <summary>Reads, changes and writes a sum, and writes a row per event.</summary>
internal sealed class TallyProjection : Projection
{
    public static readonly ViewTable<Tally> Sums = new("sums", TalliesJson.Default.Tally);
    public static readonly ViewTable<Entry> Entries = new("entries", TalliesJson.Default.Entry);

    public TallyProjection() => On<Counted>(FoldAsync);

    /// <summary>The offsets that came here, in order per partition.</summary>
    public ConcurrentQueue<(int Partition, long Offset)> Folded { get; } = [];

    /// <summary>True: what failed before is folded now.</summary>
    public bool IsMended { get; init; }

    private async ValueTask FoldAsync(Received<Counted> received, ViewSession rows, CancellationToken cancel)
    {
        var (fact, position) = (received.Fact, received.Position);
        Folded.Enqueue((position.Partition, position.Offset));
        if (fact.Fate is Fate.Resets or Fate.ResetsAndFails)
        {
            rows.Delete(Sums, fact.Tally, "sum");
        }
        else
        {
            var sum = await rows.GetAsync(Sums, fact.Tally, "sum", cancel) ?? new Tally(0, 0);
            rows.Put(Sums, fact.Tally, "sum", new Tally(sum.Events + 1, sum.Sum + fact.Amount));
        }
        rows.Put(Entries, fact.Tally, position.Offset.ToString("D19", null), new Entry(fact.Amount));
        if (!IsMended && fact.Fate is (Fate.FailsHalfway or Fate.ResetsAndFails))
        {
            throw new InvalidOperationException("The fold gave up halfway.");
        }
    }
}

internal sealed class TalliesModule : IModule
{
    public string Name => "tallies";

    public IReadOnlyCollection<string> Tables => [TallyProjection.Sums.Name, TallyProjection.Entries.Name];

    public IReadOnlyList<Topic> Folds => [Counted.Topic];

    public void AddServices(IServiceCollection services)
    {
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Counted))]
[JsonSerializable(typeof(Tallied))]
[JsonSerializable(typeof(Looked))]
[JsonSerializable(typeof(Tally))]
[JsonSerializable(typeof(Entry))]
internal sealed partial class TalliesJson : JsonSerializerContext;
