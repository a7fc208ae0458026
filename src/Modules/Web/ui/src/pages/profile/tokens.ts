import { queryOptions } from '@tanstack/react-query';
import { api, body, keys, type Token } from '@/api';

/** The person's API tokens and sign-ins that still work, the newest first. */
export const tokensQuery = queryOptions({
  queryKey: keys.tokens,
  refetchOnMount: 'always',
  queryFn: async ({ signal }): Promise<Token[]> => body(await api.GET('/api/tokens', { signal })).items,
});

const minutesForEnding = 5;

export async function endToken(id: string): Promise<void> {
  await api.DELETE('/api/tokens/{id}', { params: { path: { id } } });
}

/**
 * Ends every sign-in, this browser's included. Which one is this browser's is not known, and ending it ends the right to
 * end the others: so a token that lives for minutes does it, and ends itself last.
 */
export async function endEverySignIn(name: string): Promise<void> {
  const expiresAt = new Date(Date.now() + minutesForEnding * 60_000).toISOString();
  const { token } = body(await api.POST('/api/tokens', { body: { name, expiresAt } }));
  const headers = { Authorization: `Bearer ${token}` };
  const { items } = body(await api.GET('/api/tokens', { headers }));
  for (const { id } of items.filter((one) => one.isSignIn)) {
    await api.DELETE('/api/tokens/{id}', { headers, params: { path: { id } } });
  }
  await api.DELETE('/api/tokens/current', { headers });
}
