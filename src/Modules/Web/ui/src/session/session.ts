import { type QueryClient, queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { api, body, isStatus, keys, positions, type SessionUser } from '@/api';

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: keys.session,
  staleTime: Infinity,
  gcTime: Infinity,
  queryFn: async ({ signal }): Promise<SessionUser | null> => {
    try {
      return body(await api.GET('/api/session', { signal })).user;
    } catch (error) {
      if (isStatus(error, 401)) return null;
      throw error;
    }
  },
});

export async function signIn(client: QueryClient, credentials: { email: string; password: string }): Promise<SessionUser> {
  const { user } = body(await api.POST('/api/session', { body: credentials }));
  forgetEverything(client);
  client.setQueryData(keys.session, user);
  return user;
}

export async function signOut(client: QueryClient): Promise<void> {
  await api.DELETE('/api/session');
  forgetEverything(client);
}

/** Nothing that one person saw may be there for the next one. */
export function forgetEverything(client: QueryClient): void {
  positions.clear();
  client.clear();
  client.setQueryData(keys.session, null);
}

/** The signed-in person; only for what is shown inside the shell. */
export function useSession(): SessionUser {
  const { data } = useSuspenseQuery(sessionQuery);
  return data ?? nobody;
}

const nobody: SessionUser = { id: '', email: '', displayName: '', role: '' };
