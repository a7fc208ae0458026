namespace Kilo.Documents;

/// <summary>Configuration section <c>Kilo:Documents</c>.</summary>
internal sealed record DocumentsOptions
{
    /// <summary>The largest file, in bytes. Default 64 GiB.</summary>
    public long MaxFileBytes { get; init; } = 64L << 30;

    /// <summary>How many documents a zip archive may have. Default 100,000.</summary>
    public int MaxArchiveDocuments { get; init; } = 100_000;

    /// <summary>How long a content stays that nothing refers to. Default 24 h.</summary>
    public TimeSpan ContentGracePeriod { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long an upload in pieces waits for the next one. Default 7 days.</summary>
    public TimeSpan UploadExpiration { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How often such contents and uploads are looked for. Default 1 h.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often a stream of changes says that it goes on, and is ended when its token was. Default 15 s.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(15);
}
