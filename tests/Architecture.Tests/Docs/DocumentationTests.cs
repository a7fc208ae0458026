using Kilo.Architecture.Tests.BadGraph;
using Kilo.Architecture.Tests.Model;
using Kilo.Architecture.Tests.Rules;

namespace Kilo.Architecture.Tests.Docs;

/// <summary>The drawn architecture is the built one.</summary>
public sealed class DocumentationTests
{
    private const string Preface = """
        # Architecture

        Kilo is a modular monolith: modules meet only in each other's published events. What follows is drawn from the projects and the
        compiled assemblies by `tests/Architecture.Tests`; a test fails when it differs. `./kilo docs` writes it again.
        """;

    [Fact]
    [Trait("kilo", "docs")]
    public void The_documented_architecture_is_the_built_one() => GeneratedDocument.CompareOrWrite(Repository.PathOf("docs/architecture.md"), Preface, Generated(SolutionReader.Kilo));

    [Fact]
    public void A_new_reference_changes_the_drawing()
    {
        var drawn = Drawing.References(Synthetic.Sound.With("Pears", p => p.Refer("Apples.Contracts")));
        drawn.Split('\n').Except(Drawing.References(Synthetic.Sound).Split('\n')).ShouldBe(["  n_Pears --> n_Apples_Contracts"]);
    }

    [Fact]
    public void The_drawing_says_who_appends_an_event_and_who_folds_it()
    {
        var drawn = Drawing.Events(Synthetic.Sound.With("Apples", p => p with { Folds = [new("Kilo.Apples.View", "Kilo.Pears.Contracts.PearPicked")] }));
        drawn.ShouldContain("  n_Pears --> n_pears_pear_picked_v1\n  n_pears_pear_picked_v1 -.-> n_Apples\n");
    }

    [Fact]
    public void A_document_that_differs_names_the_line_and_the_command()
    {
        if (GeneratedDocument.Writing)
        {
            return;
        }
        var path = Path.Combine(Path.GetTempPath(), $"kilo-{Guid.NewGuid():N}.md");
        File.WriteAllText(path, $"# By hand\n\n{GeneratedDocument.Begin}\nsame\nold\n{GeneratedDocument.End}\n");
        try
        {
            var message = Should.Throw<Exception>(() => GeneratedDocument.CompareOrWrite(path, "", "same\nnew")).Message;
            message.ShouldContain("line 2");
            message.ShouldContain("the code:     new");
            message.ShouldContain("./kilo docs");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Generated(Solution solution) => $"""
        ## Who references whom

        {Drawing.References(solution)}

        ## Who says what, and who hears it

        A solid arrow appends the event; a dotted one folds it into views. The events themselves: [events.md](events.md).

        {Drawing.Events(solution)}

        ## Ports and engines

        {Drawing.Ports(solution)}

        ## The rules

        Each is a test. It looks at everything that it can discover, fails when it discovers nothing, and is itself tested on a bad graph.

        {string.Join('\n', All.Rules.Values.Select(rule => $"- {rule.Sentence}"))}
        """.ReplaceLineEndings("\n");
}
