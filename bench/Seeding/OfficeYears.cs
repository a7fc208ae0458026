using Kilo.Documents.Contracts;
using Kilo.Users.Contracts;

namespace Kilo.Bench.Seeding;

/// <summary>
/// A million events in an order in which they could have happened: 250,000 documents added, 600,000 versions, 100,000 changes,
/// 25,000 trashed and 25,000 restored, by 1,000 people. Most work is on recent documents.
/// </summary>
internal sealed class OfficeYears(LogSeed log)
{
    private const int People = 1_000;
    private const int Recent = 20_000;

    private sealed class Document(Guid id, Guid owner)
    {
        public Guid Id => id;
        public Guid Owner => owner;
        public int Head { get; set; } = 1;
        public bool IsTrashed { get; set; }
    }

    private readonly Office _office = new();
    private readonly List<Document> _documents = [];
    private readonly Queue<Document> _trash = [];
    private readonly List<Guid> _people = [];
    private int _added = 250_000;
    private int _versions = 600_000;
    private int _changes = 100_000;
    private int _trashed = 25_000;
    private int _restored = 25_000;

    private int Left => _added + _versions + _changes + _trashed + _restored;

    /// <summary>Documents that are in no trash when all is folded.</summary>
    public int Live => _documents.Count(d => !d.IsTrashed);

    /// <summary>Appends all of it, without waiting for the last to be durable.</summary>
    public async Task AppendAsync(CancellationToken cancel)
    {
        for (var i = 0; i < People; i++)
        {
            var person = _office.Person(i);
            _people.Add(person.UserId);
            await log.AppendAsync(new UserRegistered(person), Guid.Empty, _office.Tick(), cancel);
        }
        while (Left > 0)
        {
            await NextAsync(cancel);
        }
    }

    private ValueTask NextAsync(CancellationToken cancel)
    {
        var at = _office.Tick();
        var pick = _office.Next(Left);
        if (_documents.Count == _trash.Count || (pick -= _added) < 0)
        {
            _added--;
            var owner = _people[_office.Next(People)];
            var added = _office.Document(_office.Next(10) < 3 ? "shared" : owner.ToString());
            _documents.Add(new Document(added.DocumentId, owner));
            return log.AppendAsync(added, owner, at, cancel);
        }
        if ((pick -= _restored) < 0 && _trash.TryDequeue(out var restored))
        {
            _restored--;
            restored.IsTrashed = false;
            return log.AppendAsync(new DocumentRestored(restored.Id), restored.Owner, at, cancel);
        }
        // With nothing in the trash to restore, as many are left to be trashed as to be restored.
        var document = LiveDocument();
        if (pick < 0 || (pick -= _trashed) < 0)
        {
            _trashed--;
            document.IsTrashed = true;
            _trash.Enqueue(document);
            return log.AppendAsync(new DocumentTrashed(document.Id), document.Owner, at, cancel);
        }
        var actor = _office.Next(3) == 0 ? _people[_office.Next(People)] : document.Owner;
        if (pick < _changes)
        {
            _changes--;
            return log.AppendAsync(_office.Change(document.Id), actor, at, cancel);
        }
        _versions--;
        return log.AppendAsync(_office.Version(document.Id, document.Head++), actor, at, cancel);
    }

    private Document LiveDocument()
    {
        while (true)
        {
            var from = _office.Next(5) == 0 ? 0 : Math.Max(0, _documents.Count - Recent);
            var document = _documents[from + _office.Next(_documents.Count - from)];
            if (!document.IsTrashed)
            {
                return document;
            }
        }
    }
}
