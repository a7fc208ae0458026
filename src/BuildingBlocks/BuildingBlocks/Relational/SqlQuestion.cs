namespace Kilo.BuildingBlocks.Relational;

/// <summary>A statement that somebody wrote.</summary>
/// <param name="Sql">One statement that reads.</param>
/// <param name="MaxRows">At most so many rows are answered.</param>
/// <param name="Timeout">After this the engine gives up.</param>
/// <param name="Explain">True: how it would be carried out, instead of carrying it out.</param>
public sealed record SqlQuestion(string Sql, int MaxRows, TimeSpan Timeout, bool Explain = false);

/// <summary>A column of an answer.</summary>
/// <param name="Name">As the statement names it.</param>
/// <param name="Type"><c>text</c>, <c>id</c>, <c>number</c>, <c>flag</c>, <c>time</c> or <c>other</c>. An engine that has no types of its own says text or number.</param>
public sealed record SqlColumn(string Name, string Type);

/// <summary>What a statement answered.</summary>
/// <param name="Columns">In their order.</param>
/// <param name="Rows">Text, numbers, true, false and null; ids and times as text.</param>
/// <param name="IsTruncated">True: there are more rows.</param>
public sealed record SqlAnswer(IReadOnlyList<SqlColumn> Columns, IReadOnlyList<object?[]> Rows, bool IsTruncated);

/// <summary>Why a statement was not answered.</summary>
public enum SqlFault
{
    /// <summary>It asks for what nobody may: to write, another table, a function that is not permitted.</summary>
    Refused,

    /// <summary>It is no statement, names what is not there, or fails on a value.</summary>
    Invalid,

    /// <summary>Its time ran out.</summary>
    TooSlow,

    /// <summary>It needs more memory than it may have.</summary>
    TooLarge,

    /// <summary>The engine is not set up for it; the sentence says what an operator has to do.</summary>
    NotSetUp,
}

/// <summary>A statement was not answered. The message is for the person who wrote it.</summary>
public sealed class SqlFaultException(SqlFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public SqlFault Fault => fault;
}
