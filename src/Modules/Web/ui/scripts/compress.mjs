// Writes a .br and a .gz beside every compressible file of dist, for a server that only has to pick one.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);
const dist = fileURLToPath(new URL('../dist', import.meta.url));
const compressible = new Set(['.js', '.mjs', '.css', '.svg', '.json', '.wasm', '.txt', '.map']);
const smallest = 512;

for (const entry of await readdir(dist, { recursive: true })) {
  const file = join(dist, entry);
  if (!compressible.has(extname(file)) || (await stat(file)).size < smallest) continue;
  const bytes = await readFile(file);
  await writeFile(`${file}.br`, await brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  await writeFile(`${file}.gz`, await zip(bytes, { level: 9 }));
}
