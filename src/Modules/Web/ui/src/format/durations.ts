const steps: [unit: string, ms: number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** How long something took, in the unit that suits it: "1.5 sec", "3.2 hr". */
export function formatDuration(ms: number, language: string): string {
  const [unit, size] = steps.find(([, least]) => ms >= least) ?? ['millisecond', 1];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(ms / size);
}
