namespace Kilo.BuildingBlocks.Relational;

/// <summary>What a column holds.</summary>
public enum ColumnType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A UUID; text of 36 lower-case characters where the engine has no such type.</summary>
    Id,

    /// <summary>A whole number of 64 bits.</summary>
    Number,

    /// <summary>True or false; 1 or 0 where the engine has no such type.</summary>
    Flag,

    /// <summary>A moment in UTC, in milliseconds; text like <c>2026-01-31T09:30:15.250Z</c> where the engine has no such type.</summary>
    Time,
}

/// <summary>A column of a table.</summary>
/// <param name="Name">Lower case with underscores.</param>
/// <param name="Type">What it holds.</param>
/// <param name="IsOptional">True: it may be null.</param>
public sealed record Column(string Name, ColumnType Type, bool IsOptional = false);

/// <summary>
/// A table of a module's views whose rows have columns. A row's JSON has a property for each of them. In the row's key the partition is the first key column, and the
/// sort key the second where there is one; a number as a sort key has 19 digits.
/// </summary>
/// <param name="Name">As the module's views name it. A table whose columns change gets another name: then it is folded from 0.</param>
/// <param name="Columns">Those of the key first.</param>
/// <param name="KeyColumns">How many of them are the key: one or two, of sums any number.</param>
/// <param name="IsSum">True: what is written is added to what is there. Such rows are only added to, by any log partition, and read by SQL alone.</param>
public sealed record RelationalTable(string Name, IReadOnlyList<Column> Columns, int KeyColumns = 1, bool IsSum = false)
{
    /// <summary>
    /// Where upkeep prunes whole months, the column with the moment of a row; null: it prunes none. Rows of sums become one for each rest of the key, with <see cref="MiddleOf"/> the month in the place
    /// of the moment, which then is the first column; other rows go.
    /// </summary>
    public string? PrunedBy { get; init; }

    /// <summary>The columns of the key.</summary>
    public IEnumerable<Column> Key => Columns.Take(KeyColumns);

    /// <summary>All other columns.</summary>
    public IEnumerable<Column> Values => Columns.Skip(KeyColumns);

    /// <summary>The moment that stands for the month of another, in UTC: it is in this month in every time zone.</summary>
    public static DateTimeOffset MiddleOf(DateTimeOffset moment)
    {
        var utc = moment.ToUniversalTime();
        return new(utc.Year, utc.Month, 15, 12, 0, 0, TimeSpan.Zero);
    }
}

/// <summary>A column as people see it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Meaning">A sentence.</param>
public sealed record PublishedColumn(string Name, ColumnType Type, string Meaning);

/// <summary>A table as people see it, under a name that stays.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Meaning">A sentence.</param>
/// <param name="Columns">In the order of <paramref name="Select"/>.</param>
/// <param name="Select">Where the rows come from; <c>{name}</c> stands for a table of the model, and for a view before this one.</param>
public sealed record PublishedTable(string Name, string Meaning, IReadOnlyList<PublishedColumn> Columns, string Select);

/// <summary>
/// A step from one version of a model's tables to the next, made once. When it was released it does not change any more. Columns hold what events said: so a step that creates a table
/// empties all of them, and the log is folded again from 0. Any other step keeps the rows.
/// </summary>
/// <param name="Id">Its name: <c>0002_versions-by-media-type</c>.</param>
/// <param name="Creates">New tables.</param>
public sealed record RelationalMigration(string Id, IReadOnlyList<RelationalTable> Creates)
{
    /// <summary>Names of tables that others have replaced.</summary>
    public IReadOnlyList<string> Drops { get; init; } = [];

    /// <summary>What every engine understands, of indexes: <c>CREATE INDEX orders_1_at ON {orders_1}(at)</c>.</summary>
    public IReadOnlyList<string> Statements { get; init; } = [];
}

/// <summary>A module's views as a relational model: what is folded into tables, and what of it is published for SQL.</summary>
/// <param name="Schema">Under which published tables are found: <c>reporting.documents</c>.</param>
/// <param name="Migrations">From nothing to the tables of today, in their order.</param>
/// <param name="Published">What SQL sees.</param>
public sealed record RelationalModel(string Schema, IReadOnlyList<RelationalMigration> Migrations, IReadOnlyList<PublishedTable> Published)
{
    /// <summary>What is folded: the tables after the last migration.</summary>
    public IReadOnlyList<RelationalTable> Tables { get; } =
        [.. Migrations.SelectMany(m => m.Creates).Where(t => !Migrations.Any(m => m.Drops.Contains(t.Name)))];
}
