using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kilo.BuildingBlocks.Pump;

/// <summary>A row that is not what the log makes of it.</summary>
/// <param name="Table">The table.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Sort">The row's place in it.</param>
/// <param name="What">What is wrong, without what is in the row: that may be secret.</param>
public sealed record ViewDifference(string Table, string Partition, string Sort, string What)
{
    /// <summary>A line.</summary>
    public override string ToString() => $"{Table} {Partition}{(Sort.Length == 0 ? "" : $" {Sort}")}: {What}";
}

/// <summary>What a check found.</summary>
/// <param name="Rows">How many rows were compared.</param>
/// <param name="Differences">Those that differ; so many at most that the check ends early.</param>
/// <param name="Restless">Rows that changed with every look, and could not be compared.</param>
/// <param name="Behind">Offsets of the log that the views have not folded yet.</param>
public sealed record ViewChecked(long Rows, IReadOnlyList<ViewDifference> Differences, long Restless, long Behind);

/// <summary>
/// Folds a module's topics from 0 into views that nobody serves, up to where the served ones stand, and compares: each row of each partition that the log has ever
/// written to, in both directions. Others read, write and fold meanwhile; a row that differs counts only when it stood still while the fold passed it. Tables with columns are compared
/// at one moment, up to which the fold goes: their checkpoints and rows are of one transaction.
/// </summary>
/// <param name="module">Whose views.</param>
/// <param name="projections">The module's.</param>
/// <param name="served">The views that are served.</param>
/// <param name="folded">New and empty, for the fold.</param>
/// <param name="partitionAfter">The partition of a table of <paramref name="folded"/> after this one in any order that stays the same; of null the first; null behind the last.</param>
/// <param name="log">What is folded.</param>
/// <param name="catalogue">What it means.</param>
/// <param name="moved">Waits for as long as reading so many bytes should take.</param>
/// <param name="tables">Those with columns; null: there are none.</param>
public sealed class ViewCheck(
    IModule module, IReadOnlyList<Projection> projections, IViewStore served, IViewStore folded, Func<string, string?, string?> partitionAfter,
    IEventLog log, EventCatalogue catalogue, Func<long, CancellationToken, ValueTask> moved, CheckedTables? tables = null) : IDisposable
{
    /// <summary>After so many differences it ends.</summary>
    public const int MostDifferences = 1_000;

    private const int PageRows = 500;
    private const int AtOnce = 4;
    private const int Rounds = 100;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    // Longer than it takes until the partitions of a process that died are folded by another one.
    private static readonly TimeSpan LongestStill = TimeSpan.FromSeconds(20);

    private readonly ReplayedLog _replayed = new(log, moved);
    private readonly SemaphoreSlim _settling = new(1);
    private readonly List<ViewDifference> _differences = [];
    private long _rows;
    private long _restless;
    private bool _nobodyFolds;

    private IEnumerable<(Topic Topic, int Partition)> Sources =>
        module.Folds.SelectMany(topic => Enumerable.Range(0, log.Partitions(topic)).Select(partition => (topic, partition)));

    /// <summary>Returns what it found.</summary>
    /// <param name="report">Called several times a second while the log is folded.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <exception cref="LogUnavailableException">The log is away.</exception>
    /// <exception cref="ViewsUnavailableException">The views are away, or were emptied meanwhile.</exception>
    public async Task<ViewChecked> RunAsync(Action<RebuildProgress> report, CancellationToken cancel)
    {
        var status = new PumpStatus();
        var views = new ModuleViews(module.Name, folded, _replayed, module.Folds, new WaitOptions());
        var pumps = module.Folds.Select(topic => new EventPump(
            views, topic, [.. projections.Where(p => p.Topics.Contains(topic))], _replayed, catalogue, status, NullLogger<EventPump>.Instance)).ToList();
        try
        {
            await Task.WhenAll(pumps.Select(p => p.StartAsync(cancel)));
            await FollowAsync(await StandingAsync(cancel), Report, cancel);
            // What came while all of that was folded is little.
            await FollowAsync(await StandingAsync(cancel), (_, _) => { }, cancel);
            if (tables is not null)
            {
                await CompareTablesAsync(tables, cancel);
            }
            foreach (var table in module.AllTables().Except(tables?.Model.Tables.Select(t => t.Name) ?? []))
            {
                await Parallel.ForEachAsync(Partitions(table), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
                    async (partition, token) => await CompareAsync(table, partition, token));
            }
            return new ViewChecked(_rows, _differences, _restless, await BehindAsync(cancel));
        }
        finally
        {
            await Task.WhenAll(pumps.Select(p => p.StopAsync(CancellationToken.None)));
        }

        void Report(long done, long end) => report(new(done, end, status.Pumps.Select(p => p.Error).FirstOrDefault(e => e is not null)));
    }

    private async Task CompareTablesAsync(CheckedTables tables, CancellationToken cancel)
    {
        await using var there = await tables.Served(cancel);
        await FollowAsync([.. Sources.Select(s => (s.Topic, s.Partition, there.Checkpoints.GetValueOrDefault($"{s.Topic.Name}/{s.Partition}")))], (_, _) => { }, cancel);
        await using var made = await tables.Folded(cancel);
        var check = new TablesCheck(made, there, MostDifferences, moved);
        await check.RunAsync(tables.Model, cancel);
        _rows += check.Rows;
        _differences.AddRange(check.Differences);
    }

    private IEnumerable<string> Partitions(string table)
    {
        for (var partition = partitionAfter(table, null); partition is not null && _differences.Count < MostDifferences; partition = partitionAfter(table, partition))
        {
            yield return partition;
        }
    }

    private async Task CompareAsync(string table, string partition, CancellationToken cancel)
    {
        for (string? from = ""; from is not null && _differences.Count < MostDifferences;)
        {
            var slice = new Slice(table, partition, from, null, PageRows);
            var (made, there) = (await folded.SliceAsync(slice, cancel), await served.SliceAsync(slice, cancel));
            // Behind the last row of a full page there may be more: what the other page has from there on is left for the next ones.
            var last = new[] { made, there }.Where(page => page.Count == PageRows).Select(page => page[^1].Sort).Order(Slice.Order).FirstOrDefault();
            var theirs = there.Where(IsInPage).ToDictionary(row => row.Sort);
            var doubtful = made.Where(IsInPage).Where(row => !theirs.Remove(row.Sort, out var same) || !Same(row, same)).Select(row => row.Sort).ToList();
            doubtful.AddRange(theirs.Keys);
            Interlocked.Add(ref _rows, there.Count(IsInPage));
            await moved(there.Sum(row => (long)row.Body.Length), cancel);
            if (doubtful.Count > 0)
            {
                await SettleAsync([.. doubtful.Select(sort => new RowKey(table, partition, sort))], cancel);
            }
            from = last is null ? null : Slice.After(last);

            bool IsInPage(ViewRow row) => last is null || Slice.Order.Compare(row.Sort, last) <= 0;
        }
    }

    // The served row is read, the fold goes past that moment, and the served row is read again. When it is the same, it is what it was when the fold passed it, and
    // has to be equal. When it is another, a later round sees it stand still.
    private async Task SettleAsync(List<RowKey> doubtful, CancellationToken cancel)
    {
        await _settling.WaitAsync(cancel);
        try
        {
            for (var round = 0; doubtful.Count > 0 && round < Rounds; round++)
            {
                var before = new Dictionary<RowKey, ViewRow?>();
                foreach (var key in doubtful)
                {
                    before[key] = await served.GetAsync(key, cancel);
                }
                await PassAsync(cancel);
                var again = new List<RowKey>();
                foreach (var key in doubtful)
                {
                    var (made, now) = (await folded.GetAsync(key, cancel), await served.GetAsync(key, cancel));
                    if (Same(made, before[key]) || Same(made, now))
                    {
                        continue;
                    }
                    if (now?.Stamp != before[key]?.Stamp || (now is null) != (before[key] is null))
                    {
                        again.Add(key);
                    }
                    else if (_differences.Count < MostDifferences)
                    {
                        _differences.Add(new(key.Table, key.Partition, key.Sort, Difference(made, now)));
                    }
                }
                doubtful = again;
            }
            _restless += doubtful.Count;
        }
        finally
        {
            _settling.Release();
        }
    }

    // A store without transactions shows rows before their checkpoint. Once the views have folded what is on the log now, each row that was read before has its checkpoint.
    private async Task PassAsync(CancellationToken cancel)
    {
        var ends = new Dictionary<(string, int), long>();
        foreach (var (topic, partition) in Sources)
        {
            ends[(topic.Name, partition)] = await log.EndAsync(topic, partition, cancel);
        }
        var (sum, since) = (-1L, TimeProvider.System.GetTimestamp());
        while (!_nobodyFolds)
        {
            var standing = await StandingAsync(cancel);
            if (standing.All(s => s.Next >= ends[(s.Topic.Name, s.Partition)]))
            {
                break;
            }
            if (standing.Sum(s => s.Next) is var now && now != sum)
            {
                (sum, since) = (now, TimeProvider.System.GetTimestamp());
            }
            _nobodyFolds = TimeProvider.System.GetElapsedTime(since) > LongestStill;
            await Task.Delay(LookInterval, cancel);
        }
        await FollowAsync(await StandingAsync(cancel), (_, _) => { }, cancel);
    }

    // Folds up to where the served views stand.
    private async Task FollowAsync(IEnumerable<(Topic Topic, int Partition, long Next)> standing, Action<long, long> report, CancellationToken cancel)
    {
        foreach (var (topic, partition, next) in standing)
        {
            if (next < _replayed.End(topic.Name, partition))
            {
                throw new ViewsUnavailableException($"The views of {module.Name} were begun anew meanwhile. Run this again when they are folded.");
            }
            _replayed.EndAt(topic.Name, partition, next);
        }
        for (var isLevel = false; !isLevel;)
        {
            var (done, end) = (0L, 0L);
            isLevel = true;
            foreach (var (topic, partition) in Sources)
            {
                var next = await folded.CheckpointAsync(topic.Name, partition, cancel);
                isLevel &= _replayed.IsRead(topic.Name, partition, next);
                (done, end) = (done + next, end + _replayed.End(topic.Name, partition));
            }
            report(done, end);
            await Task.Delay(isLevel ? TimeSpan.Zero : LookInterval, cancel);
        }
    }

    private async Task<List<(Topic Topic, int Partition, long Next)>> StandingAsync(CancellationToken cancel)
    {
        var standing = new List<(Topic, int, long)>();
        foreach (var topic in module.Folds)
        {
            standing.AddRange((await served.CheckpointsAsync(topic.Name, log.Partitions(topic), cancel)).Select((next, partition) => (topic, partition, next)));
        }
        return standing;
    }

    private async Task<long> BehindAsync(CancellationToken cancel)
    {
        var behind = 0L;
        foreach (var (topic, partition, next) in await StandingAsync(cancel))
        {
            behind += Math.Max(0, await log.EndAsync(topic, partition, cancel) - next);
        }
        return behind;
    }

    // What an event wrote that a compacted topic has dropped since, a later one of its key writes in a fold of today: then stamps differ and rows do not.
    private bool Same(ViewRow? made, ViewRow? there) =>
        made is null || there is null ? made is null && there is null
        : (made.Stamp == there.Stamp || _replayed.HasGaps) && (made.Body.Span.SequenceEqual(there.Body.Span) || Fields(made, there) is []);

    private static string Difference(ViewRow? made, ViewRow? there) =>
        there is null ? "is missing"
        : made is null ? "is not what the log makes"
        : Fields(made, there) is not { } fields ? "differs"
        : fields.Length > 0 ? $"differs in {string.Join(", ", fields)}"
        : string.Create(CultureInfo.InvariantCulture, $"has the stamp {there.Stamp} instead of {made.Stamp}");

    // Null: they are no JSON objects.
    private static string[]? Fields(ViewRow made, ViewRow there)
    {
        try
        {
            return JsonNode.Parse(made.Body.Span) is JsonObject a && JsonNode.Parse(there.Body.Span) is JsonObject b
                ? [.. a.Concat(b).Select(f => f.Key).Distinct().Where(f => !JsonNode.DeepEquals(a[f], b[f]))]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Ends it.</summary>
    public void Dispose() => _settling.Dispose();
}
