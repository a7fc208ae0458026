const formats = new Map<string, Intl.DateTimeFormat>();

// A day is the same one everywhere: only its name is asked for, never its moment.
function formatOf(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language}/${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) formats.set(key, (format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' })));
  return format;
}

const atNoon = (day: string) => new Date(`${day}T12:00:00Z`);

/** A day like 2026-03-10 as "10 Mar 2026". */
export function formatDay(day: string, language: string): string {
  return formatOf(language, { dateStyle: 'medium' }).format(atNoon(day));
}

/** A day without its year, for an axis: "10 Mar". */
export function formatShortDay(day: string, language: string): string {
  return formatOf(language, { day: 'numeric', month: 'short' }).format(atNoon(day));
}

/** The month of a day: "Mar 2026". */
export function formatMonth(day: string, language: string): string {
  return formatOf(language, { month: 'short', year: 'numeric' }).format(atNoon(day));
}

/** Two days, both included: "10 – 16 Mar 2026"; the same day twice is that day. */
export function formatDays(from: string, to: string, language: string): string {
  return formatOf(language, { day: 'numeric', month: 'short', year: 'numeric' }).formatRange(atNoon(from), atNoon(to));
}
