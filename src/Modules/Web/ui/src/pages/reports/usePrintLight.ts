import { useEffect } from 'react';

const attribute = 'data-mantine-color-scheme';

/** Paper is white: while the page is printed, it has the light scheme. */
export function usePrintLight(): void {
  useEffect(() => {
    const root = document.documentElement;
    let scheme: string | null = null;
    const before = () => {
      scheme = root.getAttribute(attribute);
      root.setAttribute(attribute, 'light');
    };
    const after = () => {
      if (scheme !== null) root.setAttribute(attribute, scheme);
      scheme = null;
    };
    window.addEventListener('beforeprint', before);
    window.addEventListener('afterprint', after);
    return () => {
      after();
      window.removeEventListener('beforeprint', before);
      window.removeEventListener('afterprint', after);
    };
  }, []);
}
