namespace Kilo.SystemTests.Http;

/// <summary>Who asks.</summary>
internal enum Asker
{
    /// <summary>Sends no token.</summary>
    Anonymous,

    /// <summary>The member in whose personal library the document is.</summary>
    Owner,

    /// <summary>Another member.</summary>
    Other,

    /// <summary>An administrator, who does not own the document either.</summary>
    Administrator,

    /// <summary>Sends a token of the owner's that was revoked.</summary>
    Revoked,

    /// <summary>Sends a token of the owner's that has expired.</summary>
    Expired,
}

/// <summary>What one request gets, by who asks.</summary>
/// <param name="Operation">Method and path, as the API's description has them.</param>
/// <param name="Variant">What is special about this request; null for the plain one.</param>
/// <param name="Anonymous">The status for somebody without a token.</param>
/// <param name="Owner">The status for the owner.</param>
/// <param name="Other">The status for another member.</param>
/// <param name="Administrator">The status for an administrator.</param>
/// <param name="Dead">The status for a token that was revoked or has expired.</param>
internal sealed record Row(string Operation, string? Variant, int Anonymous, int Owner, int Other, int Administrator, int Dead)
{
    /// <summary>What the path's placeholders stand for, if not a document of the owner's.</summary>
    public Func<RouteWorld, Task<string>>? Path { get; init; }

    /// <summary>What is sent with it.</summary>
    public Func<RouteWorld, HttpContent>? Body { get; init; }

    /// <summary>Headers of it.</summary>
    public (string Name, string Value)[] Headers { get; init; } = [];

    /// <summary>What a browser of each of them gets, where that is not what a token gets.</summary>
    public Row? InBrowser { get; init; }

    /// <summary>Makes the client of this one request, where the request would end that client's token.</summary>
    public bool NeedsTokenOfItsOwn { get; init; }

    public string Name => Variant is null ? Operation : $"{Operation} ({Variant})";

    public int For(Asker asker) => asker switch
    {
        Asker.Anonymous => Anonymous,
        Asker.Owner => Owner,
        Asker.Other => Other,
        Asker.Administrator => Administrator,
        _ => Dead,
    };
}
