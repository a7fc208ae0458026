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

    /// <summary>Whether downloads become facts, and when. Default <c>batched</c>.</summary>
    public DownloadRecording RecordDownloads { get; init; } = DownloadRecording.Batched;

    /// <summary>How many downloads wait to be recorded at most; those beyond are counted and not recorded. Default 10,000.</summary>
    public int MaxWaitingDownloads { get; init; } = 10_000;

    /// <summary>How often a stream of changes says that it goes on, and is ended when its token was. Default 15 s.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>When a download becomes a fact.</summary>
internal enum DownloadRecording
{
    /// <summary>Never.</summary>
    Off,

    /// <summary>After its last byte, many together: no download waits, and a crash loses those of the last moment.</summary>
    Batched,

    /// <summary>Before its first byte: a download without a fact cannot be had, and none while the log is away.</summary>
    First,
}
