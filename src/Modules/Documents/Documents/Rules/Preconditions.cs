using Kilo.BuildingBlocks.Http;
using Kilo.Documents.Views;

namespace Kilo.Documents.Rules;

/// <summary>What must hold of a document before it is changed.</summary>
internal static class Preconditions
{
    /// <summary>The document is still the one that <c>If-Match</c> names: by its own entity tag or by its content's.</summary>
    /// <exception cref="Problem">412.</exception>
    public static void Match(DocumentRow document, IReadOnlyList<string>? ifMatch)
    {
        if (ifMatch is not null && !ifMatch.Contains(document.ETag.Trim('"')) && !ifMatch.Contains(document.Head.Sha256))
        {
            throw new Problem(412, "changed", "The document has changed since you read it. Read it again and repeat the change if it still makes sense.");
        }
    }

    /// <summary>The document has the version that the new one is said to be based on.</summary>
    /// <exception cref="Problem">400.</exception>
    public static void BasedOn(DocumentRow document, int? basedOn)
    {
        if (basedOn < 1 || basedOn > document.Head.Number)
        {
            throw new Problem(400, "invalid-based-on", $"basedOn must be one of the document's versions, 1 to {document.Head.Number}.");
        }
    }

    /// <summary>The document is not in the trash.</summary>
    /// <exception cref="Problem">409.</exception>
    public static void NotTrashed(DocumentRow document)
    {
        if (document.TrashedAt is not null)
        {
            throw new Problem(409, "in-trash", "The document is in the trash. Restore it first.");
        }
    }
}
