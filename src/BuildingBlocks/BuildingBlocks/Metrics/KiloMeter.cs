using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Kilo.BuildingBlocks.Metrics;

/// <summary>Kilo's own instruments and activities. Names follow OpenTelemetry's conventions.</summary>
public static class KiloMeter
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Kilo";

    private static readonly Meter Meter = new(Name);

    /// <summary>Spans of commands and queries.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    /// <summary>Seconds that a command or query took, by its name and outcome.</summary>
    public static Histogram<double> Requests { get; } = Meter.CreateHistogram<double>("kilo.request.duration", "s", "Time in commands and queries.");

    /// <summary>Events folded into views.</summary>
    public static Counter<long> EventsFolded { get; } = Meter.CreateCounter<long>("kilo.pump.events", "{event}", "Events folded into views.");

    /// <summary>Events parked.</summary>
    public static Counter<long> EventsParked { get; } = Meter.CreateCounter<long>("kilo.pump.parked.events", "{event}", "Events that could not be folded.");

    /// <summary>Seconds to commit a batch of rows with its checkpoint.</summary>
    public static Histogram<double> BatchCommit { get; } = Meter.CreateHistogram<double>("kilo.pump.commit.duration", "s", "Time to commit a batch of rows.");

    /// <summary>Seconds per group commit of an embedded engine.</summary>
    public static Histogram<double> GroupCommit { get; } = Meter.CreateHistogram<double>("kilo.engine.commit.duration", "s", "Time of a group commit, fsync included.");

    /// <summary>Downloads that did not become facts: the log was away for too long.</summary>
    public static Counter<long> DownloadsNotRecorded { get; } = Meter.CreateCounter<long>("kilo.downloads.not_recorded", "{download}", "Downloads that did not become facts.");

    /// <summary>Publishes values that are read when somebody asks.</summary>
    public static void Observe(string name, string description, string unit, Func<IEnumerable<(long Value, KeyValuePair<string, object?>[] Tags)>> read) =>
        Meter.CreateObservableGauge(name, () => read().Select(m => new Measurement<long>(m.Value, m.Tags)), unit, description);
}
