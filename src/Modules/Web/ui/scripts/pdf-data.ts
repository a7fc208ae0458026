import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

/**
 * Copies to assets/ what pdf.js asks for by name while it draws a page: character maps, standard fonts, decoders of images.
 * Servers send no file whose media type they do not know, so that those with endings of their own get another one.
 */
export function pdfData(): Plugin {
  const manifest = createRequire(import.meta.url).resolve('pdfjs-dist/package.json');
  const root = dirname(manifest);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return {
    name: 'pdf-data',
    apply: 'build',
    generateBundle() {
      for (const folder of ['cmaps', 'standard_fonts', 'wasm']) {
        for (const file of readdirSync(join(root, folder))) {
          if (folder === 'wasm' && !file.endsWith('_nowasm_fallback.js') && !file.startsWith('LICENSE')) continue;
          const ending = file.startsWith('LICENSE') ? '.txt' : folder === 'wasm' ? '' : '.bin';
          const fileName = `assets/pdfjs-${version}/${folder}/${file}${ending}`;
          this.emitFile({ type: 'asset', fileName, source: readFileSync(join(root, folder, file)) });
        }
      }
    },
  };
}
