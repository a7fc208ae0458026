using Kilo.Engines.Embedded;

namespace Kilo.Engines.Tests.Relational;

/// <summary>SQL over SQLite files.</summary>
public sealed class EmbeddedRelationsTests() : RelationsContract(new EmbeddedStorage<IServiceProvider>(
    TimeProvider.System, (services, data) => services.AddEmbeddedLog(data).AddEmbeddedRelations(data, Module)));
