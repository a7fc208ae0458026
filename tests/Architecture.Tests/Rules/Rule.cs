using Kilo.Architecture.Tests.Model;

namespace Kilo.Architecture.Tests.Rules;

/// <summary>Something that must not be: <c>A → B via C</c>.</summary>
/// <param name="From">Who breaks the rule.</param>
/// <param name="To">What it reaches, or lacks.</param>
/// <param name="Via">Where to look for it.</param>
internal sealed record Violation(string From, string To, string Via)
{
    public override string ToString() => $"{From} → {To} via {Via}";
}

/// <summary>One rule: a pure function over the model.</summary>
/// <param name="Sentence">What must hold, as the architect reads it.</param>
/// <param name="Subjects">Whom the rule speaks of. A rule that found nobody proves nothing, and fails.</param>
/// <param name="Violations">Every breach.</param>
internal sealed record Rule(string Sentence, Func<Solution, IEnumerable<string>> Subjects, Func<Solution, IEnumerable<Violation>> Violations)
{
    /// <summary>What is wrong, line by line; empty when the rule holds.</summary>
    public IReadOnlyList<string> Check(Solution solution) =>
        Subjects(solution).Any() ? [.. Violations(solution).Select(v => v.ToString()).Distinct()] : ["The rule found nothing to look at, so it proves nothing."];
}
