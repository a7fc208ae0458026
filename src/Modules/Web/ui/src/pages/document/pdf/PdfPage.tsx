import { type PDFDocumentProxy, type PDFPageProxy, type RenderTask, TextLayer } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { type RefObject, useEffect, useRef, useState } from 'react';
import classes from '../preview/Preview.module.css';
import type { PageSize } from './usePdf';

interface Props {
  document: PDFDocumentProxy;
  number: number;
  scale: number;
  /** The size of the first page, until this page's own is known. */
  expected: PageSize;
  area: RefObject<HTMLDivElement | null>;
  label: string;
}

const nearby = '800px 0px';
const mostPixels = 16 * 1024 * 1024;

/** One page: an empty sheet until it comes near, then its picture with its text over it. */
export function PdfPage({ document, number, scale, expected, area, label }: Props) {
  const sheet = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(false);
  const [page, setPage] = useState<PDFPageProxy>();

  useEffect(() => {
    if (sheet.current === null) return;
    const observer = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting === true), { root: area.current, rootMargin: nearby });
    observer.observe(sheet.current);
    return () => observer.disconnect();
  }, [area]);

  useEffect(() => {
    if (!isNear || page !== undefined) return;
    let shown = true;
    document.getPage(number).then(
      (loaded) => {
        if (shown) setPage(loaded);
      },
      () => undefined,
    );
    return () => {
      shown = false;
    };
  }, [isNear, page, document, number]);

  useEffect(() => {
    const [pictureBox, textBox] = [picture.current, text.current];
    if (page === undefined || !isNear || pictureBox === null || textBox === null) return;
    let shown = true;
    const viewport = page.getViewport({ scale });
    const sharpness = Math.min(window.devicePixelRatio || 1, Math.sqrt(mostPixels / (viewport.width * viewport.height)));
    const canvas = window.document.createElement('canvas');
    canvas.width = Math.floor(viewport.width * sharpness);
    canvas.height = Math.floor(viewport.height * sharpness);
    canvas.ariaHidden = 'true';
    const drawing: RenderTask = page.render({ canvas, viewport: page.getViewport({ scale: scale * sharpness }) });
    // The picture of the last zoom stays, stretched, until the new one is whole.
    const shows = drawing.promise.then(() => {
      if (shown) pictureBox.replaceChildren(canvas);
    });
    textBox.replaceChildren();
    const layer = new TextLayer({ textContentSource: page.streamTextContent(), container: textBox, viewport });
    Promise.all([shows, layer.render()]).catch(() => undefined);
    return () => {
      shown = false;
      drawing.cancel();
      layer.cancel();
    };
  }, [page, isNear, scale]);

  useEffect(() => {
    // Pages far away give their memory back.
    if (!isNear) {
      picture.current?.replaceChildren();
      text.current?.replaceChildren();
    }
  }, [isNear]);

  const size = page?.getViewport({ scale: 1 }) ?? expected;
  return (
    <div
      ref={sheet}
      data-page={number}
      role="group"
      aria-label={label}
      className={classes.page}
      style={{ width: Math.floor(size.width * scale), height: Math.floor(size.height * scale), ...scaleFactor(scale) }}
    >
      <div ref={picture} />
      <div ref={text} className={classes.textLayer} />
    </div>
  );
}

function scaleFactor(scale: number): Record<string, string> {
  return { '--total-scale-factor': String(scale) };
}
