const steps: [Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

function cached<T>(make: (language: string) => T): (language: string) => T {
  const made = new Map<string, T>();
  return (language) => {
    let format = made.get(language);
    if (format === undefined) made.set(language, (format = make(language)));
    return format;
  };
}

const absolute = cached((language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }));
const relative = cached((language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));

/** Date and time of day in the person's time zone. */
export function formatDate(iso: string, language: string): string {
  return absolute(language).format(new Date(iso));
}

/** "3 minutes ago"; under a minute it is "now". */
export function formatAgo(iso: string, language: string, now: number = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relative(language).format(Math.trunc(seconds / size), unit);
  }
  return relative(language).format(0, 'second');
}
