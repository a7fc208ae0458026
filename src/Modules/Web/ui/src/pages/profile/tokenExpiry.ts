export const expiryChoices = ['week', 'month', 'quarter', 'year', 'date', 'never'] as const;
export type ExpiryChoice = (typeof expiryChoices)[number];

const days: Partial<Record<ExpiryChoice, number>> = { week: 7, month: 30, quarter: 90, year: 365 };
const soonMs = 7 * 86_400_000;

/**
 * Until when a token works: null for ever, undefined when no date in the future is chosen.
 * @param date the chosen day as an input of type date has it ("2026-03-10"); the token works until that day ends here.
 */
export function expiryOf(choice: ExpiryChoice, date: string, now: number): string | null | undefined {
  if (choice === 'never') return null;
  const length = days[choice];
  const end = length === undefined ? new Date(`${date}T23:59:59`) : inDays(length, now);
  return end.getTime() > now ? end.toISOString() : undefined;
}

function inDays(count: number, now: number): Date {
  const end = new Date(now);
  end.setDate(end.getDate() + count);
  return end;
}

/** Whether it is time to replace a token. */
export function endsSoon(expiresAt: string | null, now: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) - now < soonMs;
}

/** The first day that can be chosen, as an input of type date wants it. */
export function dayOf(moment: number): string {
  const day = new Date(moment);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
