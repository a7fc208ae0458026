import { cleanPath, joinPath, parentOf } from '@/library/folderTree';

/** What the drop zone and the folder picker know about where in the dropped folder a file was. */
type FileWithPath = File & { path?: string; relativePath?: string };

export interface PlacedFile {
  file: File;
  folder: string;
  title: string;
}

function pathInDrop(file: FileWithPath): string {
  const path = file.webkitRelativePath || file.relativePath || file.path || file.name;
  return cleanPath(path.replace(/^\.\//, ''));
}

/** Puts files and whole folders under the folder they were dropped on. */
export function placeFiles(files: readonly File[], folder: string): PlacedFile[] {
  return files.map((file) => {
    const below = parentOf(pathInDrop(file));
    return { file, folder: below === '' ? folder : joinPath(folder, below), title: file.name };
  });
}
