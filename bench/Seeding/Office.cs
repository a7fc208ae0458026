using Kilo.Documents.Contracts;
using Kilo.Users.Contracts;

namespace Kilo.Bench.Seeding;

/// <summary>Invented facts of an office at work. The same seed gives the same office, apart from identities.</summary>
internal sealed class Office
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(57);

    private readonly Random _random = new(20_240_613);
    private readonly Words _words;
    private DateTimeOffset _now = new(2024, 1, 8, 8, 0, 0, TimeSpan.Zero);

    public Office() => _words = new Words(_random);

    /// <summary>The next fact's time.</summary>
    public DateTimeOffset Tick() => _now += Pace * (_random.NextDouble() * 2);

    /// <summary>Somebody new.</summary>
    public UserState Person(int number)
    {
        var name = _words.Person();
        return new UserState(NewId(), $"{name.Replace(' ', '.').ToLowerInvariant()}.{number}@kilo.test", name, "member", Disabled: false, _now);
    }

    /// <summary>A new document.</summary>
    public DocumentAdded Document(string library)
    {
        var (title, tags) = (_words.Title(), _words.Tags());
        return new DocumentAdded(NewId(), library, _words.Folder(), title, Content(title), tags.Count == 0 ? null : tags);
    }

    /// <summary>New bytes for a document; nine of ten authors say what they saw, and a few of those had seen an older one.</summary>
    public VersionAdded Version(Guid document, int head) => new(
        document, Content("Edited copy"), _random.Next(10) == 0 ? null : Math.Max(1, head - (_random.Next(30) == 0 ? 1 : 0)),
        Note: _random.Next(4) == 0 ? _words.Title() : null);

    /// <summary>A rename, a move or new tags.</summary>
    public DocumentChanged Change(Guid document) => _random.Next(3) switch
    {
        0 => new DocumentChanged(document, Title: _words.Title()),
        1 => new DocumentChanged(document, Folder: _words.Folder()),
        _ => new DocumentChanged(document, Tags: _words.Tags()),
    };

    /// <summary>A number from 0 to below the bound.</summary>
    public int Next(int bound) => _random.Next(bound);

    private ContentClaim Content(string name)
    {
        Span<byte> hash = stackalloc byte[32];
        _random.NextBytes(hash);
        var (mediaType, extension) = _words.Format();
        return new ContentClaim(Convert.ToHexStringLower(hash), 2_000 + _random.Next(4_000_000), mediaType, name + extension);
    }

    private Guid NewId() => Guid.CreateVersion7(_now);
}
