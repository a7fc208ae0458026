export const rowLimits = [100, 1_000, 10_000] as const;
export const timeLimits = [10, 30, 60] as const;

/** How much a statement may answer, and how long it may take. */
export interface Limits {
  maxRows: number;
  timeoutSeconds: number;
}

export const usualLimits: Limits = { maxRows: 1_000, timeoutSeconds: 10 };

/** What the browser kept, where it is something that can be chosen. */
export function parseLimits(text: string | undefined): Limits {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    const { maxRows, timeoutSeconds } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
    return {
      maxRows: rowLimits.find((limit) => limit === maxRows) ?? usualLimits.maxRows,
      timeoutSeconds: timeLimits.find((limit) => limit === timeoutSeconds) ?? usualLimits.timeoutSeconds,
    };
  } catch {
    return usualLimits;
  }
}
