/** Statements to begin with; they read the same on every engine. */
export const examples = {
  largest: `SELECT title, versions, bytes, updated_at
FROM documents
ORDER BY bytes DESC
LIMIT 20`,
  uploaders: `SELECT u.display_name, count(*) AS uploads, sum(v.size) AS bytes
FROM versions v
JOIN users u ON u.id = v.author_id
GROUP BY u.id, u.display_name
ORDER BY uploads DESC`,
  neverDownloaded: `SELECT d.title, l.name AS library, d.bytes, d.updated_at
FROM documents d
JOIN libraries l ON l.id = d.library
WHERE NOT EXISTS (SELECT 1 FROM downloads w WHERE w.document_id = d.id)
ORDER BY d.bytes DESC`,
  shared: `SELECT sha256, size, uses, (uses - 1) * size AS saved
FROM contents
WHERE uses > 1
ORDER BY saved DESC`,
} as const;

export type ExampleName = keyof typeof examples;
export const exampleNames = Object.keys(examples) as ExampleName[];
