using System.Globalization;
using System.Text.RegularExpressions;

namespace Kilo.SystemTests.Http;

/// <summary>One family of samples.</summary>
internal sealed record MetricFamily(string Name, string Type, string Help, List<MetricSample> Samples);

/// <summary>One line.</summary>
internal sealed record MetricSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>The labels without those named, as one text.</summary>
    public string LabelsBut(params string[] names) => string.Join(',', Labels.Where(l => !names.Contains(l.Key)).OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));
}

/// <summary>
/// A strict reader of Prometheus' text exposition format 0.0.4: every sample belongs to the family announced right before it, names and
/// labels are well-formed, no series comes twice, and the buckets of a histogram add up.
/// </summary>
internal static partial class PrometheusText
{
    [GeneratedRegex("^[a-zA-Z_:][a-zA-Z0-9_:]*$")]
    private static partial Regex MetricName { get; }

    [GeneratedRegex("^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\\\n]|\\\\[\\\\\"n])*\",?)*)\\})? (?<value>\\S+)$")]
    private static partial Regex Sample { get; }

    [GeneratedRegex("(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=\"(?<value>([^\"\\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)")]
    private static partial Regex Label { get; }

    /// <exception cref="FormatException">What is wrong, and in which line.</exception>
    public static IReadOnlyList<MetricFamily> Read(string text)
    {
        Check(text.EndsWith('\n'), "The last line must end with a line feed.", text);
        Check(!text.Contains('\r', StringComparison.Ordinal), "Lines end with a line feed alone.", text);
        var families = new List<MetricFamily>();
        var series = new HashSet<string>();
        string? help = null;
        foreach (var line in text.Split('\n')[..^1])
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                help = line[7..];
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var words = line[7..].Split(' ');
                Check(words.Length == 2 && MetricName.IsMatch(words[0]) && words[1] is "counter" or "gauge" or "histogram" or "summary" or "untyped", "A type is a name and a kind.", line);
                Check(help?.Split(' ')[0] == words[0], "A family's HELP stands right before its TYPE.", line);
                Check(families.All(f => f.Name != words[0]), "A family is announced once.", line);
                families.Add(new MetricFamily(words[0], words[1], help![words[0].Length..].Trim(), []));
                help = null;
            }
            else
            {
                Check(families.Count > 0 && help is null, "A sample needs a family.", line);
                var sample = ReadSample(line);
                Check(BelongsTo(sample, families[^1]), $"The sample does not belong to {families[^1].Name}.", line);
                Check(series.Add($"{sample.Name}{{{sample.LabelsBut()}}}"), "A series comes twice.", line);
                families[^1].Samples.Add(sample);
            }
        }
        foreach (var family in families)
        {
            CheckValues(family);
        }
        return families;
    }

    private static MetricSample ReadSample(string line)
    {
        var match = Sample.Match(line);
        Check(match.Success, "That is no sample.", line);
        var labels = new Dictionary<string, string>();
        foreach (Match label in Label.Matches(match.Groups["labels"].Value))
        {
            Check(labels.TryAdd(label.Groups["name"].Value, label.Groups["value"].Value), "A label comes twice.", line);
        }
        var value = match.Groups["value"].Value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            var number => double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) && double.IsFinite(parsed) ? parsed
                : throw new FormatException($"That is no number: {line}"),
        };
        return new MetricSample(match.Groups["name"].Value, labels, value);
    }

    private static bool BelongsTo(MetricSample sample, MetricFamily family) => family.Type == "histogram"
        ? sample.Name == family.Name + "_sum" || sample.Name == family.Name + "_count" || (sample.Name == family.Name + "_bucket" && sample.Labels.ContainsKey("le"))
        : sample.Name == family.Name;

    private static void CheckValues(MetricFamily family)
    {
        if (family.Type == "counter")
        {
            Check(family.Name.EndsWith("_total", StringComparison.Ordinal), "A counter's name ends in _total.", family.Name);
            Check(family.Samples.All(s => s.Value >= 0), "A counter is not negative.", family.Name);
        }
        if (family.Type != "histogram")
        {
            return;
        }
        foreach (var series in family.Samples.GroupBy(s => s.LabelsBut("le")))
        {
            var buckets = series.Where(s => s.Name.EndsWith("_bucket", StringComparison.Ordinal)).ToList();
            var bounds = buckets.Select(b => b.Labels["le"] == "+Inf" ? double.PositiveInfinity : double.Parse(b.Labels["le"], CultureInfo.InvariantCulture)).ToList();
            Check(bounds.SequenceEqual(bounds.Distinct().Order()) && bounds[^1] == double.PositiveInfinity, "Buckets ascend to +Inf.", family.Name);
            Check(buckets.Select(b => b.Value).SequenceEqual(buckets.Select(b => b.Value).Order()), "Buckets are cumulative.", family.Name);
            Check(buckets[^1].Value == series.Single(s => s.Name.EndsWith("_count", StringComparison.Ordinal)).Value, "The last bucket is the count.", family.Name);
            Check(series.Count(s => s.Name.EndsWith("_sum", StringComparison.Ordinal)) == 1, "A histogram has a sum.", family.Name);
        }
    }

    private static void Check(bool holds, string rule, string where)
    {
        if (!holds)
        {
            throw new FormatException($"{rule} {where}");
        }
    }
}
