using System.Collections.Frozen;

namespace Kilo.BuildingBlocks.Relational;

/// <summary>
/// Looks at a statement before an engine sees it. The engine's own rights are what keeps it within its bounds; this is the wall in front of them, and it says in a sentence what an
/// engine would say in a code. Whatever it does not understand it refuses.
/// </summary>
public static class SqlGuard
{
    /// <summary>The longest statement, in characters.</summary>
    public const int LongestSql = 20_000;

    // What may stand before a parenthesis without being a function.
    private static readonly FrozenSet<string> Grammar = Words(
        "select from where and or not in exists any all some as on using when then else case having by union except intersect limit offset over filter values distinct between like is with within group order "
        + "partition join lateral interval end materialized recursive rows range cast extract substring position trim coalesce nullif");

    private static readonly FrozenSet<string> Forbidden = Words("insert update delete merge into returning create alter drop truncate grant revoke copy attach detach pragma vacuum call do lock listen notify reindex analyze");

    private static readonly FrozenSet<string> Functions = Words(
        "count sum avg min max lower upper length trim ltrim rtrim replace substr substring abs round coalesce nullif row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value "
        + "varchar char numeric decimal");

    /// <summary>The statement without the semicolon at its end.</summary>
    /// <param name="sql">What somebody wrote.</param>
    /// <param name="model">What is published, and what lies below it: that may not be named at all.</param>
    /// <param name="functions">Functions of the engine that are permitted beside those that every engine has.</param>
    /// <exception cref="SqlFaultException">It is refused.</exception>
    public static string Check(string sql, RelationalModel model, IReadOnlySet<string> functions)
    {
        if (sql.Length > LongestSql)
        {
            throw Refused($"A statement may have at most {LongestSql} characters.");
        }
        var tokens = Read(sql, out var end);
        if (tokens.Count == 0)
        {
            throw new SqlFaultException(SqlFault.Invalid, "The statement is empty.");
        }
        if (tokens[0].Word is not ("select" or "with" or "values"))
        {
            throw Refused("Only statements that read are carried out: they begin with SELECT, WITH or VALUES.");
        }
        var (depth, inWith) = (0, tokens[0].Word == "with");
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            switch (token.Text)
            {
                case "(":
                    depth++;
                    break;
                case ")":
                    if (--depth < 0)
                    {
                        throw new SqlFaultException(SqlFault.Invalid, "A parenthesis is closed that was never opened.");
                    }
                    break;
            }
            if (token.Word is null)
            {
                continue;
            }
            // What a WITH list consists of beside names; any other word at its level ends it.
            if (depth == 0 && i > 0 && !token.IsQuoted && Grammar.Contains(token.Word) && token.Word is not ("as" or "not" or "materialized" or "recursive"))
            {
                inWith = false;
            }
            if (!token.IsQuoted && Forbidden.Contains(token.Word))
            {
                throw Refused($"{token.Word.ToUpperInvariant()} is not permitted: a report reads.");
            }
            if (token.Word.StartsWith("pg_", StringComparison.Ordinal) || token.Word.StartsWith("sqlite_", StringComparison.Ordinal) || token.Word.StartsWith("kilo", StringComparison.Ordinal)
                || token.Word is "information_schema" || model.Tables.Any(t => t.Name == token.Word))
            {
                throw Refused($"{token.Word} is not permitted: only the published tables can be read.");
            }
            if (i + 1 < tokens.Count && tokens[i + 1].Text == "(" && !IsPermitted(token, i > 0 ? tokens[i - 1] : default, inWith && depth == 0, functions))
            {
                throw Refused($"The function {token.Word} is not permitted.");
            }
        }
        return depth == 0 ? sql[..end] : throw new SqlFaultException(SqlFault.Invalid, "A parenthesis is opened and never closed.");
    }

    // A name in a WITH list may have columns, and so may one after AS, where no function can stand.
    private static bool IsPermitted(Token token, Token before, bool inWithList, IReadOnlySet<string> functions) =>
        (!token.IsQuoted && Grammar.Contains(token.Word!))
        || (before.Text != "." && (Functions.Contains(token.Word!) || functions.Contains(token.Word!)))
        || (!before.IsQuoted && before.Word is "as")
        || (inWithList && ((!before.IsQuoted && before.Word is "with" or "recursive") || before.Text == ","));

    private readonly record struct Token(string Text, string? Word, bool IsQuoted = false);

    private static List<Token> Read(string sql, out int end)
    {
        var tokens = new List<Token>();
        end = sql.Length;
        for (var i = 0; i < sql.Length;)
        {
            var c = sql[i];
            if (end < sql.Length && !char.IsWhiteSpace(c) && !(c == '-' && sql[i..].StartsWith("--", StringComparison.Ordinal)))
            {
                throw Refused("Only one statement at a time is carried out.");
            }
            if (char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (c == '-' && i + 1 < sql.Length && sql[i + 1] == '-')
            {
                i = sql.IndexOf('\n', i) is >= 0 and var line ? line + 1 : sql.Length;
            }
            else if (c == '/' && i + 1 < sql.Length && sql[i + 1] == '*')
            {
                var close = sql.IndexOf("*/", i + 2, StringComparison.Ordinal);
                // Engines disagree on comments within comments.
                if (close < 0 || sql.AsSpan(i + 2, close - i - 2).Contains("/*", StringComparison.Ordinal))
                {
                    throw Refused("A comment is not closed, or contains another.");
                }
                i = close + 2;
            }
            else if (c is '\'' or '"')
            {
                var close = Close(sql, i, c);
                tokens.Add(c == '"' ? new Token("\"", sql[(i + 1)..close].Replace("\"\"", "\"", StringComparison.Ordinal).ToLowerInvariant(), IsQuoted: true) : new Token("'", null));
                i = close + 1;
            }
            else if (char.IsLetter(c) || c == '_')
            {
                var from = i;
                while (i < sql.Length && (char.IsLetterOrDigit(sql[i]) || sql[i] == '_'))
                {
                    i++;
                }
                // E'…', U&"…" and the like have escapes of their own.
                if (i < sql.Length && (sql[i] is '\'' or '"' || (sql[i] == '&' && i + 1 < sql.Length && sql[i + 1] is '\'' or '"')))
                {
                    throw Refused("Strings and names with a prefix are not permitted.");
                }
                tokens.Add(new Token("word", sql[from..i].ToLowerInvariant()));
            }
            else if (c == ';')
            {
                end = i++;
            }
            else if (c is '$' or '`' or '[' or ']' or '@' or '\\' or '#' or '?' or ':' or '{' or '}' || char.IsControl(c))
            {
                if (c == ':' && i + 1 < sql.Length && sql[i + 1] == ':')
                {
                    i += 2;
                    continue;
                }
                throw Refused($"The character {c} is not permitted outside of strings.");
            }
            else
            {
                tokens.Add(new Token(c.ToString(), null));
                i++;
            }
        }
        return tokens;
    }

    private static int Close(string sql, int open, char quote)
    {
        for (var i = open + 1; i < sql.Length; i++)
        {
            if (sql[i] == '\0')
            {
                break;
            }
            if (sql[i] == quote)
            {
                if (i + 1 < sql.Length && sql[i + 1] == quote)
                {
                    i++;
                    continue;
                }
                return i;
            }
        }
        throw new SqlFaultException(SqlFault.Invalid, "A quote is opened and never closed.");
    }

    /// <summary>True for a function that every engine has and that only reckons.</summary>
    public static bool IsCommon(string function) => Functions.Contains(function);

    /// <summary>A set of words.</summary>
    public static FrozenSet<string> Words(string words) => words.Split(' ').ToFrozenSet();

    private static SqlFaultException Refused(string why) => new(SqlFault.Refused, why);
}
