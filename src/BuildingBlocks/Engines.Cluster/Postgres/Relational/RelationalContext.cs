using System.Text.RegularExpressions;
using Kilo.BuildingBlocks.Relational;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Kilo.Engines.Cluster.Postgres.Relational;

/// <summary>
/// One transaction on a module's tables, by EF Core: it makes and drops tables as migrations say, keeps their history, and runs what is written. It has no entities: rows are written by one statement for
/// all of a table's in a batch, since what EF Core tracks it cannot add to a sum that may not be there.
/// </summary>
internal sealed partial class RelationalContext : DbContext
{
    private readonly NpgsqlTransaction _transaction;
    private readonly string _schema;

    /// <param name="transaction">The caller's, who commits it.</param>
    /// <param name="schema">Where the tables are.</param>
    /// <param name="seconds">What a statement may take; null: the usual.</param>
    public RelationalContext(NpgsqlTransaction transaction, string schema, int? seconds)
    {
        (_transaction, _schema) = (transaction, schema);
        Database.UseTransaction(transaction);
        Database.SetCommandTimeout(seconds);
    }

    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) =>
        optionsBuilder.UseNpgsql(_transaction.Connection!, options => options.MigrationsHistoryTable(PostgresViewStore.MigrationTable, _schema));

    /// <summary>Runs a statement with the parameters <c>$1</c>, <c>$2</c>. Returns how many rows it changed.</summary>
    public Task<int> RunAsync(Statement statement, CancellationToken cancel) =>
        Database.ExecuteSqlRawAsync(Parameters().Replace(statement.Sql, parameter => $"{{{int.Parse(parameter.ValueSpan[1..], System.Globalization.CultureInfo.InvariantCulture) - 1}}}"), statement.Values, cancel);

    /// <summary>The steps that were not made yet.</summary>
    public async Task<IReadOnlyList<RelationalMigration>> PendingAsync(RelationalModel model, CancellationToken cancel)
    {
        var history = this.GetService<IHistoryRepository>();
        await history.CreateIfNotExistsAsync(cancel);
        return [.. model.Migrations.ExceptBy((await history.GetAppliedMigrationsAsync(cancel)).Select(m => m.MigrationId), m => m.Id)];
    }

    /// <summary>Makes these steps.</summary>
    public async Task MakeAsync(RelationalModel model, IReadOnlyList<RelationalMigration> pending, CancellationToken cancel)
    {
        var history = this.GetService<IHistoryRepository>();
        var builder = new MigrationBuilder(Database.ProviderName);
        foreach (var migration in pending)
        {
            builder.Operations.AddRange(migration.Creates.Select(Create));
            foreach (var table in migration.Drops)
            {
                builder.DropTable(table, _schema);
            }
            foreach (var statement in migration.Statements)
            {
                builder.Sql(PostgresColumns.Named(statement, _schema, model));
            }
            builder.Sql(history.GetInsertScript(new HistoryRow(migration.Id, ProductInfo.GetVersion())));
        }
        foreach (var command in this.GetService<IMigrationsSqlGenerator>().Generate(builder.Operations, Model))
        {
            await command.ExecuteNonQueryAsync(this.GetService<IRelationalConnection>(), cancellationToken: cancel);
        }
    }

    private CreateTableOperation Create(RelationalTable table)
    {
        var create = new CreateTableOperation
        {
            Schema = _schema,
            Name = table.Name,
            PrimaryKey = new AddPrimaryKeyOperation { Schema = _schema, Table = table.Name, Name = $"{table.Name}_key", Columns = [.. table.Key.Select(c => c.Name)] },
        };
        create.Columns.AddRange(table.Columns.Select(c => new AddColumnOperation { Schema = _schema, Table = table.Name, Name = c.Name, ClrType = TypeOf(c.Type), IsNullable = c.IsOptional }));
        return create;
    }

    private static Type TypeOf(ColumnType type) => type switch
    {
        ColumnType.Id => typeof(Guid),
        ColumnType.Number => typeof(long),
        ColumnType.Flag => typeof(bool),
        ColumnType.Time => typeof(DateTimeOffset),
        _ => typeof(string),
    };

    [GeneratedRegex(@"\$[1-9]")]
    private static partial Regex Parameters();
}
