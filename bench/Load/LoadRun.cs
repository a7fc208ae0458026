using System.Diagnostics;
using Kilo.Bench.Http;

namespace Kilo.Bench.Load;

/// <summary>How long a load runs.</summary>
/// <param name="WarmUp">Not counted: the server compiles its hot paths and touches its memory for the first time.</param>
/// <param name="Measured">Counted.</param>
internal sealed record Phases(TimeSpan WarmUp, TimeSpan Measured);

/// <summary>Closed-loop clients: each is a thread with a connection of its own that sends its next request when the last was answered.</summary>
internal static class LoadRun
{
    /// <summary>Repeats each client's request through both phases.</summary>
    /// <param name="clients">How many.</param>
    /// <param name="port">Where the server listens.</param>
    /// <param name="phases">How long.</param>
    /// <param name="prepare">Gives a client, by its number and connection, what it repeats.</param>
    /// <param name="cancel">Ends it early.</param>
    public static async Task<LoadResult> RepeatAsync(int clients, int port, Phases phases, Func<int, HttpConnection, Action> prepare, CancellationToken cancel)
    {
        var results = new List<long>[clients];
        var begin = Stopwatch.GetTimestamp() + Ticks(phases.WarmUp);
        var end = begin + Ticks(phases.Measured);
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await EachAsync(clients, port, (client, http) =>
        {
            var durations = results[client] = [];
            var request = prepare(client, http);
            try
            {
                var started = Stopwatch.GetTimestamp();
                while (started < end && !failed.IsCancellationRequested)
                {
                    request();
                    var answered = Stopwatch.GetTimestamp();
                    if (started >= begin && answered <= end)
                    {
                        durations.Add(answered - started);
                    }
                    started = answered;
                }
            }
            catch
            {
                failed.Cancel();
                throw;
            }
        });
        cancel.ThrowIfCancellationRequested();
        var all = new Latencies(results.SelectMany(r => r).Select(t => Stopwatch.GetElapsedTime(0, t)));
        return new LoadResult(all.Count / phases.Measured.TotalSeconds, all);
    }

    /// <summary>Runs each client's work once, on a thread and a connection of its own.</summary>
    public static Task EachAsync(int clients, int port, Action<int, HttpConnection> work) => Task.WhenAll(Enumerable.Range(0, clients).Select(client =>
        Task.Factory.StartNew(() =>
        {
            using var http = new HttpConnection(port);
            work(client, http);
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}

/// <summary>What the measured phase gave.</summary>
/// <param name="Rate">Answers per second.</param>
/// <param name="Latencies">Of each.</param>
internal sealed record LoadResult(double Rate, Latencies Latencies);
