using Kilo.Engines.Cluster.Postgres;
using Kilo.Engines.Tests.Postgres;

namespace Kilo.Engines.Tests.Relational;

/// <summary>SQL over PostgreSQL.</summary>
public sealed class PostgresRelationsTests() : RelationsContract(new PostgresStorage<IServiceProvider>(
    TimeProvider.System, (services, server) => services.AddPostgresRelations(server, Module)));
