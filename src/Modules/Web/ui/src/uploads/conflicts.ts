import type { LibraryName } from '@/library';
import type { PlacedFile } from './droppedFiles';
import type { NewUpload } from './queue';

export type Resolution = 'version' | 'both' | 'skip';

export interface Answer {
  resolution: Resolution;
  /** The same for every other name that exists. */
  forAll: boolean;
}

export interface Existing {
  id: string;
  version: number;
}

/** The documents that are there: by folder, then by title. */
export type ExistingTitles = ReadonlyMap<string, ReadonlyMap<string, Existing>>;

/** "report (2).pdf" for "report.pdf", and so on until the name is free. */
export function freeTitle(title: string, isTaken: (title: string) => boolean): string {
  const dot = title.lastIndexOf('.');
  const [name, extension] = dot > 0 ? [title.slice(0, dot), title.slice(dot)] : [title, ''];
  for (let number = 2; ; number++) {
    const candidate = `${name} (${number})${extension}`;
    if (!isTaken(candidate)) return candidate;
  }
}

/**
 * Decides where every file goes. Asks once for each title that is taken, until an answer holds for all.
 * @param ask resolves to null when the person gives up: then nothing is uploaded
 */
export async function resolveConflicts(
  files: readonly PlacedFile[],
  library: LibraryName,
  existing: ExistingTitles,
  ask: (file: PlacedFile, others: number) => Promise<Answer | null>,
): Promise<NewUpload[]> {
  const find = ({ folder, title }: PlacedFile) => existing.get(folder)?.get(title);
  let conflicts = files.filter((file) => find(file) !== undefined).length;
  let forAll: Resolution | undefined;
  const taken = new Map<string, Set<string>>();
  const resolved: NewUpload[] = [];

  for (const placed of files) {
    const { file, folder, title } = placed;
    const document = find(placed);
    if (document === undefined) {
      resolved.push({ file, target: { kind: 'document', library, folder, title } });
      continue;
    }
    conflicts--;
    let resolution = forAll;
    if (resolution === undefined) {
      const answer = await ask(placed, conflicts);
      if (answer === null) return [];
      resolution = answer.resolution;
      if (answer.forAll) forAll = resolution;
    }
    if (resolution === 'version') {
      const target = { kind: 'version', library, folder, title, document: document.id, basedOn: document.version } as const;
      resolved.push({ file, target });
    } else if (resolution === 'both') {
      const given = taken.get(folder) ?? new Set(files.filter((other) => other.folder === folder).map((other) => other.title));
      taken.set(folder, given);
      const free = freeTitle(title, (candidate) => given.has(candidate) || existing.get(folder)?.has(candidate) === true);
      given.add(free);
      resolved.push({ file, target: { kind: 'document', library, folder, title: free } });
    }
  }
  return resolved;
}
