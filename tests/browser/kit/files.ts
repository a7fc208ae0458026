/** A file for a file input. */
export function file(name: string, content: string | Buffer, mimeType = 'application/octet-stream') {
  return { name, mimeType, buffer: Buffer.from(content) };
}
