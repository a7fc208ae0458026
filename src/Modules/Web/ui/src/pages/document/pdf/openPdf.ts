import { getDocument, GlobalWorkerOptions, type PDFDocumentLoadingTask, version } from 'pdfjs-dist/legacy/build/pdf.mjs';
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';
import { positions } from '@/api';

GlobalWorkerOptions.workerSrc = workerUrl;

// What pdf.js loads when a file needs it: character maps, standard fonts, decoders. The build copies it (see scripts/pdf-data.ts).
const data = new URL(import.meta.env.DEV ? '/node_modules/pdfjs-dist/' : `/assets/pdfjs-${version}/`, window.location.origin).href;
const folders = new Map([
  ['cMapUrl', 'cmaps'],
  ['standardFontDataUrl', 'standard_fonts'],
]);

/** Fetches what pdf.js names; the build gives the files an ending that every server knows a media type for. */
class DataFiles {
  async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const folder = folders.get(kind);
    if (folder === undefined) throw new Error(`pdf.js asks for ${kind}, which is switched off.`);
    const response = await fetch(`${data}${folder}/${filename}${import.meta.env.DEV ? '' : '.bin'}`);
    if (!response.ok) throw new Error(`${filename} is missing: HTTP ${response.status}.`);
    return new Uint8Array(await response.arrayBuffer());
  }
}

const rangeBytes = 256 * 1024;
const largestImagePixels = 64 * 1024 * 1024;

/** Opens a PDF page by page: only the ranges that are needed are fetched. Its scripts and forms are left out. */
export function openPdf(url: string): PDFDocumentLoadingTask {
  const waitFor = positions.waitFor();
  return getDocument({
    url,
    httpHeaders: waitFor === null ? {} : { 'Kilo-Wait-For': waitFor },
    rangeChunkSize: rangeBytes,
    disableAutoFetch: true,
    disableStream: true,
    maxImageSize: largestImagePixels,
    enableXfa: false,
    // The page's content security policy allows no WebAssembly; pdf.js has the same decoders as scripts.
    useWasm: false,
    useWorkerFetch: false,
    BinaryDataFactory: DataFiles,
    wasmUrl: `${data}wasm/`,
    verbosity: 0,
  });
}
