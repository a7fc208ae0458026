using System.ComponentModel;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Kilo.Testing;

/// <summary>A fact that may find out while it runs that it cannot be tried here: it calls <see cref="Skip"/> and is reported as skipped, with the reason.</summary>
/// <remarks>xunit 2 knows skipping only when tests are discovered; this is the way of Xunit.SkippableFact.</remarks>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Kilo.Testing.SkippableFactDiscoverer", "Kilo.Testing")]
public sealed class SkippableFactAttribute : FactAttribute;

/// <summary>Ends a <see cref="SkippableFactAttribute">skippable fact</see> as skipped.</summary>
public static class Skip
{
    internal const string Token = "$XunitDynamicSkip$";

    /// <summary>Skips unless the condition holds.</summary>
    /// <exception cref="SkipException">It does not hold.</exception>
    public static void Unless(bool condition, string reason)
    {
        if (!condition)
        {
            throw SkipException.ForSkip(reason);
        }
    }
}

/// <summary>Found by xunit through <see cref="SkippableFactAttribute"/>.</summary>
public sealed class SkippableFactDiscoverer(IMessageSink diagnostics) : IXunitTestCaseDiscoverer
{
    /// <inheritdoc />
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        [new SkippableTestCase(diagnostics, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)];
}

/// <summary>Made by <see cref="SkippableFactDiscoverer"/>.</summary>
public sealed class SkippableTestCase : XunitTestCase
{
    /// <summary>For xunit's deserializer.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("For xunit's deserializer.")]
    public SkippableTestCase()
    {
    }

    /// <summary>For the discoverer.</summary>
    public SkippableTestCase(IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method, object[]? arguments = null)
        : base(diagnostics, display, options, method, arguments)
    {
    }

    /// <inheritdoc />
    public override Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink, IMessageBus messageBus, object[] constructorArguments, ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource) =>
        RunAsync(messageBus, bus => base.RunAsync(diagnosticMessageSink, bus, constructorArguments, aggregator, cancellationTokenSource));

    internal static async Task<RunSummary> RunAsync(IMessageBus messageBus, Func<IMessageBus, Task<RunSummary>> run)
    {
        using var bus = new SkippingBus(messageBus);
        var summary = await run(bus);
        summary.Failed -= bus.Skipped;
        summary.Skipped += bus.Skipped;
        return summary;
    }

    // Disposing it leaves the inner bus alone: that belongs to xunit.
    private sealed class SkippingBus(IMessageBus inner) : IMessageBus
    {
        public int Skipped { get; private set; }

        public bool QueueMessage(IMessageSinkMessage message)
        {
            if (message is ITestFailed { Messages: [{ } text, ..] } failed && text.StartsWith(Skip.Token, StringComparison.Ordinal))
            {
                Skipped++;
                return inner.QueueMessage(new TestSkipped(failed.Test, text[Skip.Token.Length..]));
            }
            return inner.QueueMessage(message);
        }

        public void Dispose()
        {
        }
    }
}
