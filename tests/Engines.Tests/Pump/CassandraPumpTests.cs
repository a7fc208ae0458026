#if FULL_FEED
using Kilo.Engines.Tests.Views;
using Xunit;

namespace Kilo.Engines.Tests.Pump;

/// <summary>The pump over views in Cassandra.</summary>
[Collection(nameof(CassandraStorage))]
public sealed class CassandraPumpTests() : PumpTests(new CassandraEngines())
{
    private sealed class CassandraEngines : Storage<Engines>
    {
        private readonly CassandraStorage _views = CassandraStorage.Empty();

        public override bool SurvivesReopening => false;

        public override Engines Open() => new(_views.Log, _views.Open());

        public override void Crash() => throw new NotSupportedException();

        public override ValueTask DisposeAsync() => _views.DisposeAsync();
    }
}
#endif
