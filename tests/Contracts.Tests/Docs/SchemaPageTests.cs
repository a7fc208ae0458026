using System.Globalization;
using System.Text;
using Kilo.Architecture.Tests.Docs;
using Kilo.Architecture.Tests.Model;
using Kilo.BuildingBlocks.Relational;
using Kilo.Contracts.Tests.Model;

namespace Kilo.Contracts.Tests.Docs;

/// <summary>docs/reporting-schema.md: what SQL sees, as a module's model has it.</summary>
public sealed class SchemaPageTests
{
    private const string Preface = """
        # The tables of reports

        What `POST /api/reports/sql` can ask for, and a reporting tool that has a role of its own in PostgreSQL. Names and meanings stay; tables and columns are only added.
        On SQLite ids and times are text, and flags are 1 or 0. Written from the model by `tests/Contracts.Tests`; a test fails when it differs. `./kilo docs` writes it again.
        """;

    private static readonly IReadOnlyList<RelationalModel> s_models = [.. Published.Modules.Select(m => m.Relations).OfType<RelationalModel>()];

    [Fact]
    [Trait("kilo", "docs")]
    public void The_documented_tables_are_the_published_ones() => GeneratedDocument.CompareOrWrite(Repository.PathOf("docs/reporting-schema.md"), Preface, Page());

    [Fact]
    public void Every_table_and_column_says_what_it_means() =>
        s_models.SelectMany(m => m.Published).SelectMany(t => t.Columns.Select(c => (Name: $"{t.Name}.{c.Name}", c.Meaning)).Append((t.Name, t.Meaning)))
            .Where(c => !c.Meaning.EndsWith('.')).Select(c => c.Name).ShouldBeEmpty();

    [Fact]
    public void There_are_tables() => s_models.SelectMany(m => m.Published).ShouldNotBeEmpty();

    private static string Page()
    {
        var page = new StringBuilder();
        foreach (var model in s_models)
        {
            foreach (var table in model.Published)
            {
                page.Append(CultureInfo.InvariantCulture, $"## {model.Schema}.{table.Name}\n\n{table.Meaning}\n\n| column | type | meaning |\n|---|---|---|\n");
                foreach (var column in table.Columns)
                {
                    page.Append(CultureInfo.InvariantCulture, $"| `{column.Name}` | {column.Type.ToString().ToLowerInvariant()} | {column.Meaning} |\n");
                }
                page.Append('\n');
            }
        }
        return page.ToString().TrimEnd('\n');
    }
}
