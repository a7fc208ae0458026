namespace Kilo.Web;

/// <summary>Configuration section <c>Kilo:Web</c>.</summary>
internal sealed record WebOptions
{
    /// <summary>Where the built portal is; null: <c>wwwroot</c> beside the program.</summary>
    public string? Root { get; init; }

    /// <summary>How long a connection to a REST process may take. Default 2 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A forwarded request ends when no byte moved in either direction for this long. Default 100 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(100);
}
