import { queryOptions } from '@tanstack/react-query';
import { api, body, keys } from '@/api';
import type { components } from '@/api/schema';

export type Report = components['schemas']['OperationsReport'];
export type View = Report['views'][number];
export type Parked = Report['parked'][number] & { module: string };

export interface Module {
  module: string;
  /** Why nothing can be said of it; null when all is well. */
  problem: string | null;
  report: Report | null;
}

export const refreshMs = 5_000;
export const muchLag = 1_000;

export const operationsQuery = queryOptions({
  queryKey: keys.operations,
  refetchOnMount: 'always',
  queryFn: async ({ signal }): Promise<Module[]> => body(await api.GET('/api/operations', { signal })).modules as Module[],
});

export function parkedOf(modules: readonly Module[]): Parked[] {
  return modules.flatMap(({ module, report }) => (report?.parked ?? []).map((event) => ({ ...event, module })));
}

/** How far the slowest view of a module is behind. */
export function lagOf({ report }: Module): number {
  return Math.max(0, ...(report?.views ?? []).map(({ lag }) => lag));
}
