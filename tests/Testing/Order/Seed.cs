using System.Globalization;

namespace Kilo.Testing;

/// <summary>Where this run's chance begins.</summary>
internal static class Seed
{
    /// <summary>A new one in each run, or KILO_TEST_SEED to repeat one.</summary>
    public static int Value { get; } = int.TryParse(Environment.GetEnvironmentVariable("KILO_TEST_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Random.Shared.Next(1_000_000);
}
