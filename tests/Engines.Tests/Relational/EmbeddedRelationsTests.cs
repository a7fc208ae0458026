using Kilo.Engines.Embedded;

namespace Kilo.Engines.Tests.Relational;

/// <summary>SQL over SQLite files.</summary>
public sealed class EmbeddedRelationsTests : RelationsContract
{
    public EmbeddedRelationsTests() : this(new Shop())
    {
    }

    private EmbeddedRelationsTests(Shop shop) : base(new EmbeddedStorage<IServiceProvider>(
        TimeProvider.System, (services, data) => services.AddEmbeddedLog(data).AddEmbeddedRelations(data, shop)), shop)
    {
    }
}
