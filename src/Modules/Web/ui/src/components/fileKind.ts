import {
  type Icon,
  IconFile,
  IconFileCode,
  IconFileMusic,
  IconFileSpreadsheet,
  IconFileText,
  IconFileTypePdf,
  IconFileZip,
  IconMovie,
  IconPhoto,
  IconPresentation,
} from '@tabler/icons-react';

export interface FileKind {
  icon: Icon;
  color: string;
}

const text: FileKind = { icon: IconFileText, color: 'blue' };
const code: FileKind = { icon: IconFileCode, color: 'violet' };
const sheet: FileKind = { icon: IconFileSpreadsheet, color: 'green' };
const slides: FileKind = { icon: IconPresentation, color: 'orange' };
const archive: FileKind = { icon: IconFileZip, color: 'yellow' };

const byExtension: Record<string, FileKind> = {
  ...Object.fromEntries(['md', 'txt', 'rtf', 'doc', 'docx', 'odt'].map((extension) => [extension, text])),
  ...Object.fromEntries(['xls', 'xlsx', 'ods', 'csv', 'tsv'].map((extension) => [extension, sheet])),
  ...Object.fromEntries(['ppt', 'pptx', 'odp'].map((extension) => [extension, slides])),
  ...Object.fromEntries(['zip', 'gz', 'tar', '7z', 'rar', 'xz', 'zst', 'bz2'].map((extension) => [extension, archive])),
  ...Object.fromEntries(
    ['js', 'ts', 'tsx', 'cs', 'java', 'py', 'rs', 'go', 'json', 'xml', 'yaml', 'yml', 'html', 'css', 'sh', 'sql'].map((extension) => [extension, code]),
  ),
};

/** Which icon a document gets: by its media type, and by the name's extension where the media type says little. */
export function fileKind(mediaType: string, name: string): FileKind {
  if (mediaType.startsWith('image/')) return { icon: IconPhoto, color: 'teal' };
  if (mediaType.startsWith('video/')) return { icon: IconMovie, color: 'pink' };
  if (mediaType.startsWith('audio/')) return { icon: IconFileMusic, color: 'grape' };
  if (mediaType === 'application/pdf') return { icon: IconFileTypePdf, color: 'red' };
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return byExtension[extension] ?? (mediaType.startsWith('text/') ? text : { icon: IconFile, color: 'gray' });
}
