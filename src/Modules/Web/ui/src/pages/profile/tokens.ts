import { queryOptions } from '@tanstack/react-query';
import { api, body, keys, type Token } from '@/api';

/** The person's API tokens and sign-ins that still work, the newest first. */
export const tokensQuery = queryOptions({
  queryKey: keys.tokens,
  refetchOnMount: 'always',
  queryFn: async ({ signal }): Promise<Token[]> => body(await api.GET('/api/tokens', { signal })).items,
});

export async function endToken(id: string): Promise<void> {
  await api.DELETE('/api/tokens/{id}', { params: { path: { id } } });
}

/** Ends every sign-in but this browser's. */
export async function endOtherSignIns(): Promise<void> {
  const { items } = body(await api.GET('/api/tokens'));
  for (const { id } of items.filter((one) => one.isSignIn && !one.isCurrent)) await endToken(id);
}
