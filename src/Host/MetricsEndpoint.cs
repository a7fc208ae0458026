using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Kilo.BuildingBlocks.Metrics;

namespace Kilo.Host;

/// <summary>
/// The process's meters in Prometheus' text exposition format (version 0.0.4). Counters end in <c>_total</c>,
/// histograms of seconds have buckets from 1 ms to 10 s.
/// </summary>
internal sealed class MetricsEndpoint : IDisposable
{
    private static readonly string[] Meters = [KiloMeter.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];
    private static readonly double[] Buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private sealed class Series(string labels)
    {
        private readonly long[] _buckets = new long[Buckets.Length];
        private readonly Lock _lock = new();
        private double _sum;
        private long _count;

        public string Labels => labels;

        public void Add(double value)
        {
            lock (_lock)
            {
                _sum += value;
            }
        }

        public void Set(double value)
        {
            lock (_lock)
            {
                _sum = value;
            }
        }

        public void Record(double value)
        {
            var bucket = Array.FindIndex(Buckets, b => value <= b);
            lock (_lock)
            {
                _sum += value;
                _count++;
                if (bucket >= 0)
                {
                    _buckets[bucket]++;
                }
            }
        }

        public (double Sum, long Count, long[] Buckets) Read()
        {
            lock (_lock)
            {
                return (_sum, _count, [.. _buckets]);
            }
        }
    }

    private sealed class Metric(Instrument instrument)
    {
        private readonly string _type = instrument.GetType().Name;

        public ConcurrentDictionary<string, Series> Series { get; } = new(StringComparer.Ordinal);

        public bool IsHistogram => _type.StartsWith("Histogram", StringComparison.Ordinal);

        public bool IsCounter => _type.StartsWith("Counter", StringComparison.Ordinal) || _type.StartsWith("ObservableCounter", StringComparison.Ordinal);

        public bool IsObservable => instrument.IsObservable;

        public string Name { get; } = instrument.Name.Replace('.', '_').Replace('-', '_') + (instrument.Unit == "s" ? "_seconds" : instrument.Unit == "By" ? "_bytes" : "");

        public string Description => instrument.Description ?? "";
    }

    private readonly ConcurrentDictionary<Instrument, Metric> _metrics = new();
    private readonly MeterListener _listener = new();

    public MetricsEndpoint()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Meters.Contains(instrument.Meter.Name))
            {
                listener.EnableMeasurementEvents(instrument, _metrics.GetOrAdd(instrument, i => new Metric(i)));
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, metric) => Measure((Metric)metric!, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, metric) => Measure((Metric)metric!, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, metric) => Measure((Metric)metric!, value, tags));
        _listener.Start();
    }

    public async Task WriteAsync(HttpResponse response)
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        // Several instances of one meter in a process share its names: Prometheus wants each family once.
        foreach (var family in _metrics.Values.GroupBy(m => m.Name).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            Write(text, family.First(), family.SelectMany(m => m.Series.Values).GroupBy(s => s.Labels).Select(g => g.Last()));
        }
        response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await response.WriteAsync(text.ToString());
    }

    private static void Write(StringBuilder text, Metric metric, IEnumerable<Series> all)
    {
        var name = metric.IsCounter ? metric.Name + "_total" : metric.Name;
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {metric.Description.Replace('\n', ' ')}\n# TYPE {name} {(metric.IsHistogram ? "histogram" : metric.IsCounter ? "counter" : "gauge")}\n");
        foreach (var series in all)
        {
            var (sum, count, buckets) = series.Read();
            if (!metric.IsHistogram)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{Braces(series.Labels)} {sum}\n");
                continue;
            }
            var separator = series.Labels.Length == 0 ? "" : ",";
            long below = 0;
            for (var i = 0; i < Buckets.Length; i++)
            {
                below += buckets[i];
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{series.Labels}{separator}le=\"{Buckets[i]}\"}} {below}\n");
            }
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{series.Labels}{separator}le=\"+Inf\"}} {count}\n");
            text.Append(CultureInfo.InvariantCulture, $"{name}_sum{Braces(series.Labels)} {sum}\n{name}_count{Braces(series.Labels)} {count}\n");
        }
    }

    private static string Braces(string labels) => labels.Length == 0 ? "" : $"{{{labels}}}";

    private static void Measure(Metric metric, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = metric.Series.GetOrAdd(Labels(tags), labels => new Series(labels));
        if (metric.IsHistogram)
        {
            series.Record(value);
        }
        else if (metric.IsObservable)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0)
        {
            return "";
        }
        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(key.Replace('.', '_')).Append("=\"")
                .Append(Convert.ToString(value, CultureInfo.InvariantCulture)?.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('"');
        }
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();
}
