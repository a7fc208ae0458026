using Xunit.Abstractions;
using Xunit.Sdk;

namespace Kilo.Testing;

/// <summary>
/// Runs the classes of a suite, and the tests of a class, in the order that the run's <see cref="Seed"/> gives: a test that leans on
/// another one fails sooner or later, and the seed that it says repeats that order.
/// </summary>
/// <param name="diagnostics">Where the seed is said.</param>
public sealed class RandomOrder(IMessageSink diagnostics) : Xunit.ITestCollectionOrderer, ITestCaseOrderer
{
    /// <inheritdoc />
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections)
    {
        diagnostics.OnMessage(new DiagnosticMessage($"KILO_TEST_SEED={Seed.Value}"));
        return Shuffled(testCollections, c => c.DisplayName);
    }

    /// <inheritdoc />
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases) where TTestCase : ITestCase =>
        Shuffled(testCases, c => c.DisplayName);

    private static T[] Shuffled<T>(IEnumerable<T> items, Func<T, string> name)
    {
        // By name first: the same seed is the same order, however the runner came by the tests.
        var shuffled = items.OrderBy(name, StringComparer.Ordinal).ToArray();
        new Random(Seed.Value).Shuffle(shuffled);
        return shuffled;
    }
}
