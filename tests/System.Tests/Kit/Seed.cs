using System.Globalization;

namespace Kilo.SystemTests.Kit;

internal static class Seed
{
    /// <summary>The seed of this run: a new one each time, or KILO_TEST_SEED to repeat one.</summary>
    public static int Value { get; } = int.TryParse(Environment.GetEnvironmentVariable("KILO_TEST_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Random.Shared.Next(1_000_000);
}
