import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from './bytes';
import { formatAgo, formatDate } from './dates';
import { formatDay, formatDays } from './days';

/** The formatters in the language that is shown. */
export function useFormat() {
  const language = useTranslation().i18n.language;
  return useMemo(() => {
    const numbers = new Intl.NumberFormat(language);
    const short = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
    const percents = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
    return {
      language,
      bytes: (value: number) => formatBytes(value, language),
      number: (value: number) => numbers.format(value),
      /** For little room: "1.2K". */
      shortNumber: (value: number) => short.format(value),
      /** Of a share, where 1 is all. */
      percent: (share: number) => percents.format(share),
      date: (iso: string) => formatDate(iso, language),
      ago: (iso: string) => formatAgo(iso, language),
      day: (day: string) => formatDay(day, language),
      days: (from: string, to: string) => formatDays(from, to, language),
    };
  }, [language]);
}
