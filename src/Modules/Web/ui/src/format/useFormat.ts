import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from './bytes';
import { formatAgo, formatDate } from './dates';

/** The formatters in the language that is shown. */
export function useFormat() {
  const language = useTranslation().i18n.language;
  return useMemo(() => {
    const numbers = new Intl.NumberFormat(language);
    return {
      language,
      bytes: (value: number) => formatBytes(value, language),
      number: (value: number) => numbers.format(value),
      date: (iso: string) => formatDate(iso, language),
      ago: (iso: string) => formatAgo(iso, language),
    };
  }, [language]);
}
