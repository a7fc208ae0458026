export type PreviewKind = 'text' | 'markdown' | 'csv' | 'image' | 'pdf' | 'audio' | 'video' | 'none';

const imageTypes: Record<string, string> = {
  png: 'image/png',
  apng: 'image/apng',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
  ico: 'image/x-icon',
  svg: 'image/svg+xml',
};

const textExtensions = new Set(
  (
    'txt text log ini cfg conf properties env toml yaml yml json jsonc json5 ndjson jsonl geojson xml xsd xsl xslt html htm xhtml css scss sass less ' +
    'js mjs cjs jsx ts mts cts tsx vue svelte c h cc cpp cxx hpp hh cs csx csproj sln slnx props targets fs fsx vb java kt kts scala groovy gradle ' +
    'go rs py pyi rb php pl pm lua r jl swift m mm dart ex exs erl hs clj elm sql sh bash zsh fish ps1 psm1 bat cmd tex bib rst adoc asciidoc org ' +
    'srt vtt diff patch tf hcl proto graphql gql http rest editorconfig gitignore gitattributes dockerignore npmrc lock pem crt csr asc eml ics vcf'
  ).split(' '),
);
const textNames = new Set(['dockerfile', 'makefile', 'license', 'licence', 'readme', 'changelog', 'authors', 'jenkinsfile', 'vagrantfile', 'gemfile']);
const textTypes = new Set(
  (
    'json xml javascript ecmascript x-javascript typescript x-typescript x-sh x-shellscript yaml x-yaml toml sql graphql x-httpd-php x-tex x-latex ' +
    'x-ndjson x-subrip x-perl x-python x-ruby xhtml+xml'
  )
    .split(' ')
    .map((type) => `application/${type}`),
);

const byExtension = new Map<string, PreviewKind>(Object.entries({
  ...Object.fromEntries([...textExtensions].map((extension) => [extension, 'text' as const])),
  ...Object.fromEntries(Object.keys(imageTypes).map((extension) => [extension, 'image' as const])),
  md: 'markdown',
  markdown: 'markdown',
  csv: 'csv',
  tsv: 'csv',
  pdf: 'pdf',
  mp3: 'audio',
  m4a: 'audio',
  oga: 'audio',
  ogg: 'audio',
  opus: 'audio',
  wav: 'audio',
  flac: 'audio',
  mp4: 'video',
  m4v: 'video',
  webm: 'video',
  ogv: 'video',
} satisfies Record<string, PreviewKind>));

// Types that say nothing, or that browsers give to other files by their extension: a TypeScript file is sent as an MPEG stream.
const vague = new Set(['', 'application/octet-stream', 'binary/octet-stream', 'application/vnd.ms-excel', 'video/mp2t', 'text/plain', 'application/x-msdownload']);

function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}

function essenceOf(mediaType: string): string {
  return (mediaType.split(';')[0] ?? '').trim().toLowerCase();
}

function byType(type: string): PreviewKind {
  if (type === 'text/markdown' || type === 'text/x-markdown') return 'markdown';
  if (type === 'text/csv' || type === 'text/tab-separated-values') return 'csv';
  if (type === 'application/pdf' || type === 'application/x-pdf') return 'pdf';
  if (Object.values(imageTypes).includes(type) || type === 'image/jpg' || type === 'image/vnd.microsoft.icon') return 'image';
  if (type.startsWith('text/') || textTypes.has(type) || type.endsWith('+json') || (type.endsWith('+xml') && !type.startsWith('image/'))) return 'text';
  if (type.startsWith('audio/')) return 'audio';
  if (type.startsWith('video/')) return 'video';
  return 'none';
}

/** How a version can be shown: by its media type, and by its name's extension where the media type says little. */
export function previewKind(mediaType: string, name: string): PreviewKind {
  const type = essenceOf(mediaType);
  if (!vague.has(type)) return byType(type);
  const extension = extensionOf(name);
  const known = byExtension.get(extension) ?? (textNames.has(name.toLowerCase()) ? 'text' : undefined);
  if (type === 'text/plain') return known === 'markdown' || known === 'csv' ? known : 'text';
  return known ?? (type === 'video/mp2t' ? 'video' : 'none');
}

/** Whether two versions of these kinds can be compared line by line. */
export function isTextual(kind: PreviewKind): boolean {
  return kind === 'text' || kind === 'markdown' || kind === 'csv';
}

export function isSvg(mediaType: string, name: string): boolean {
  return imageTypeOf(mediaType, name) === 'image/svg+xml';
}

/** The type to show an image with, when it was stored with one that says nothing. */
export function imageTypeOf(mediaType: string, name: string): string {
  const type = essenceOf(mediaType);
  return type.startsWith('image/') ? type : (Object.hasOwn(imageTypes, extensionOf(name)) ? imageTypes[extensionOf(name)] : undefined) ?? type;
}
