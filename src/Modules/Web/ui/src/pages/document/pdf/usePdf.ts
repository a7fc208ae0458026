import { type PDFDocumentProxy, PasswordResponses } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { useEffect, useState } from 'react';
import { openPdf } from './openPdf';

export interface PageSize {
  width: number;
  height: number;
}

type State =
  | { kind: 'loading' }
  | { kind: 'locked'; isWrong: boolean; open: (password: string) => void }
  | { kind: 'open'; document: PDFDocumentProxy; first: PageSize }
  | { kind: 'failed' };

export function usePdf(url: string): State {
  const [state, setState] = useState<State>({ kind: 'loading' });
  useEffect(() => {
    let shown = true;
    const task = openPdf(url);
    task.onPassword = (open: (password: string) => void, reason: number) => {
      if (shown) setState({ kind: 'locked', isWrong: reason === PasswordResponses.INCORRECT_PASSWORD, open });
    };
    const load = async () => {
      const document = await task.promise;
      const { width, height } = (await document.getPage(1)).getViewport({ scale: 1 });
      if (shown) setState({ kind: 'open', document, first: { width, height } });
    };
    load().catch(() => {
      if (shown) setState({ kind: 'failed' });
    });
    return () => {
      shown = false;
      setState({ kind: 'loading' });
      void task.destroy();
    };
  }, [url]);
  return state;
}
