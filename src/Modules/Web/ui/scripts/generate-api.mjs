// Writes src/api/schema.d.ts from the server's OpenAPI document, so that a drift between the two fails the build.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const ui = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const source = resolve(ui, process.argv[2] ?? process.env.KILO_OPENAPI ?? '../../../../.build/openapi.json');
const target = resolve(ui, 'src/api/schema.d.ts');

if (!existsSync(source)) {
  if (existsSync(target)) {
    console.warn(`No OpenAPI document at ${source}; keeping the types that are there.`);
    process.exit(0);
  }
  console.error(`No OpenAPI document at ${source}. Name one: npm run generate -- <file>, or KILO_OPENAPI=<file>.`);
  process.exit(1);
}

const document = JSON.parse(await readFile(source, 'utf8'));
await mkdir(dirname(target), { recursive: true });
await writeFile(target, astToString(await openapiTS(document)));
console.log(`Wrote ${target}`);
