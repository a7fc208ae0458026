/** A name of anything as a part of a file's name that every system takes. */
export function fileNamePart(name: string): string {
  return name
    .toLocaleLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}
