using Kilo.BuildingBlocks.Relational;
using static Kilo.BuildingBlocks.Relational.ColumnType;

namespace Kilo.Reporting.Model;

/// <summary>
/// The relational model. Names of tables end in a number: one whose columns change is replaced, by a migration, by one with the next number. What is published keeps its name.
/// </summary>
internal static class ReportingModel
{
    private static readonly Column[] Did =
    [
        new("added", Number), new("versions", Number), new("bytes", Number), new("downloads", Number), new("downloaded_bytes", Number),
        new("changed", Number), new("trashed", Number), new("restored", Number), new("purged", Number),
    ];

    private static readonly PublishedColumn[] DidMeanings =
    [
        new("added", Number, "Documents that were added."), new("versions", Number, "Versions that were added, the first ones of documents included."),
        new("bytes", Number, "Bytes of those versions."), new("downloads", Number, "Contents that were downloaded."), new("downloaded_bytes", Number, "Bytes of those contents."),
        new("changed", Number, "Documents that were renamed, moved or tagged."), new("trashed", Number, "Documents that went to the trash."),
        new("restored", Number, "Documents that came back from it."), new("purged", Number, "Documents that were deleted for good."),
    ];

    private static readonly RelationalMigration Reports = new("0001_reports",
    [
        new("users_1",
        [
            new("id", Id), new("email", Text), new("display_name", Text), new("role", Text), new("disabled", Flag), new("registered_at", Time), new("sign_ins_valid_from", Time, IsOptional: true),
        ]),
        new("documents_1",
        [
            new("id", Id), new("library", Text), new("folder", Text), new("title", Text), new("file_name", Text), new("media_type", Text), new("sha256", Text), new("size", Number),
            new("versions", Number), new("bytes", Number), new("created_by", Id), new("created_at", Time), new("updated_by", Id), new("updated_at", Time),
            new("trashed_at", Time, IsOptional: true), new("purged_at", Time, IsOptional: true),
        ]),
        new("versions_1",
        [
            new("document_id", Id), new("number", Number), new("sha256", Text), new("size", Number), new("media_type", Text), new("file_name", Text), new("author_id", Id), new("created_at", Time),
            new("label", Text, IsOptional: true), new("note", Text, IsOptional: true), new("based_on", Number, IsOptional: true), new("concurrent", Flag), new("restored_from", Number, IsOptional: true),
        ], KeyColumns: 2),
        new("libraries_1", [new("library", Text), new("documents", Number), new("trashed", Number), new("versions", Number), new("bytes", Number)], IsSum: true),
        new("contents_1", [new("sha256", Text), new("size", Number), new("uses", Number)], KeyColumns: 2, IsSum: true),
        new("media_types_1", [new("media_type", Text), new("versions", Number), new("bytes", Number)], IsSum: true),
        new("downloads_1",
        [
            new("id", Id), new("at", Time), new("document_id", Id), new("number", Number), new("library", Text), new("person_id", Id), new("bytes", Number), new("in_archive", Flag),
        ])
        {
            PrunedBy = "at",
        },
        new("runs_1",
        [
            new("id", Id), new("kind", Text), new("started_at", Time), new("ended_at", Time, IsOptional: true), new("events", Number), new("failed", Flag), new("error", Text, IsOptional: true),
        ]),
        new("queries_1", [new("id", Id), new("name", Text), new("sql", Text), new("saved_by", Id), new("saved_at", Time)]),
        new("activity_1", [new("quarter", Time), new("library", Text), new("person_id", Id), .. Did], KeyColumns: 3, IsSum: true) { PrunedBy = "quarter" },
        new("quarters_1", [new("quarter", Time), .. Did], IsSum: true) { PrunedBy = "quarter" },
    ])
    {
        Statements =
        [
            // Libraries are named by text, and found by it.
            "CREATE INDEX users_1_library ON {users_1}(CAST(id AS text))",
            "CREATE INDEX documents_1_library ON {documents_1}(library)",
            "CREATE INDEX documents_1_bytes ON {documents_1}(bytes)",
            "CREATE INDEX documents_1_versions ON {documents_1}(versions)",
            "CREATE INDEX versions_1_created_at ON {versions_1}(created_at)",
            // What sharing saves is reckoned from those alone that are shared.
            "CREATE INDEX contents_1_shared ON {contents_1}(uses, size) WHERE uses > 1",
            "CREATE INDEX downloads_1_at ON {downloads_1}(at)",
            "CREATE INDEX runs_1_started_at ON {runs_1}(started_at)",
        ],
    };

    public static RelationalModel Model { get; } = new("reporting", [Reports],
    [
        new("users", "Everybody who has an account.",
        [
            new("id", Id, "The user."), new("email", Text, "What the user signs in with."), new("display_name", Text, "What other people see."), new("role", Text, "admin or member."),
            new("disabled", Flag, "True: may not sign in."), new("registered_at", Time, "When the user was added."),
        ], "SELECT id, email, display_name, role, disabled, registered_at FROM {users_1}"),
        new("libraries", "Every library that a document was ever added to.",
        [
            new("id", Text, "shared, or the id of the user whose personal library it is."), new("kind", Text, "shared or personal."), new("name", Text, "Shared, or the owner's name."),
            new("documents", Number, "Documents that are not in the trash."), new("trashed", Number, "Documents in the trash."),
            new("versions", Number, "Versions of all of them."), new("bytes", Number, "Bytes of those versions, each counted in full."),
        ],
        """
        SELECT l.library, CASE WHEN l.library = 'shared' THEN 'shared' ELSE 'personal' END, CASE WHEN l.library = 'shared' THEN 'Shared' ELSE coalesce(u.display_name, '') END,
            l.documents, l.trashed, l.versions, l.bytes
        FROM {libraries_1} l LEFT JOIN {users_1} u ON CAST(u.id AS text) = l.library
        """),
        new("documents", "Every document that was not purged, as it is now.",
        [
            new("id", Id, "The document."), new("library", Text, "The id of its library."), new("folder", Text, "Its path there; empty: the top."), new("title", Text, "What people call it."),
            new("file_name", Text, "Of the newest version."), new("media_type", Text, "Of the newest version."), new("sha256", Text, "Of the newest version."), new("size", Number, "Bytes of the newest version."),
            new("versions", Number, "How many versions it has."), new("bytes", Number, "Bytes of all its versions."), new("created_by", Id, "Who added it."), new("created_at", Time, "When."),
            new("updated_by", Id, "Who changed it last."), new("updated_at", Time, "When."), new("trashed_at", Time, "When it went to the trash; null: it is not there."),
        ],
        """
        SELECT id, library, folder, title, file_name, media_type, sha256, size, versions, bytes, created_by, created_at, updated_by, updated_at, trashed_at
        FROM {documents_1} WHERE purged_at IS NULL
        """),
        new("versions", "Every version of these documents.",
        [
            new("document_id", Id, "The document."), new("number", Number, "From 1, without gaps."), new("sha256", Text, "Of its bytes: equal contents are stored once."), new("size", Number, "In bytes."),
            new("media_type", Text, "As the uploader named it."), new("file_name", Text, "As the uploader named it."), new("author_id", Id, "Who uploaded or restored it."), new("created_at", Time, "When."),
            new("label", Text, "A name for it."), new("note", Text, "What the author said of it."), new("based_on", Number, "The version that the author had seen."),
            new("concurrent", Flag, "True when another version came in between."), new("restored_from", Number, "The version whose bytes these are."),
        ],
        "SELECT document_id, number, sha256, size, media_type, file_name, author_id, created_at, label, note, based_on, concurrent, restored_from FROM {versions_1}"),
        new("contents", "Every content that a version has, once.",
        [
            new("sha256", Text, "Of its bytes."), new("size", Number, "In bytes."), new("uses", Number, "How many versions have it."),
        ], "SELECT sha256, size, uses FROM {contents_1} WHERE uses > 0"),
        new("media_types", "What kinds of content there are.",
        [
            new("media_type", Text, "As uploaders named it."), new("versions", Number, "How many versions have it."), new("bytes", Number, "Bytes of those versions, each counted in full."),
        ], "SELECT media_type, versions, bytes FROM {media_types_1} WHERE versions > 0"),
        new("downloads", "Every download.",
        [
            new("id", Id, "The download."), new("at", Time, "When it was recorded."), new("document_id", Id, "The document; it may have been purged since."), new("number", Number, "The version."),
            new("library", Text, "The id of the document's library at that time."), new("person_id", Id, "Who downloaded it."), new("bytes", Number, "How many bytes were sent."),
            new("in_archive", Flag, "True: as a part of a zip archive."),
        ], "SELECT id, at, document_id, number, library, person_id, bytes, in_archive FROM {downloads_1}"),
        new("activity", "What somebody did in a library, by quarters of an hour.",
        [
            new("quarter", Time, "When the quarter of an hour began."), new("library", Text, "The id of the library."), new("person_id", Id, "Who did it."), .. DidMeanings,
        ], $"SELECT quarter, library, person_id, {string.Join(", ", Did.Select(d => d.Name))} FROM {{activity_1}}"),
        new("activity_totals", "What was done at all, by quarters of an hour.", [new("quarter", Time, "When the quarter of an hour began."), .. DidMeanings],
            $"SELECT quarter, {string.Join(", ", Did.Select(d => d.Name))} FROM {{quarters_1}}"),
        new("runs", "What Reporting's own jobs did.",
        [
            new("id", Id, "The run."), new("kind", Text, "fold: an aggregator at work, until it stops or the day ends; prune: detail that was too old."), new("started_at", Time, "When it began."),
            new("ended_at", Time, "When it ended; null: it runs, or its process was killed."), new("events", Number, "Events that were folded, or rows that were pruned."), new("failed", Flag, "True: it could not do its work."),
            new("error", Text, "Why it failed, or what it met last on its way."),
        ], "SELECT id, kind, started_at, ended_at, events, failed, error FROM {runs_1}"),
        new("queries", "Statements that were saved.",
        [
            new("id", Id, "The query."), new("name", Text, "What people call it."), new("sql", Text, "The statement."), new("saved_by", Id, "Who saved it last."), new("saved_at", Time, "When."),
        ], "SELECT id, name, sql, saved_by, saved_at FROM {queries_1}"),
    ]);
}
