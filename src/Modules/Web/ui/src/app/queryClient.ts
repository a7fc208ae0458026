import { QueryClient } from '@tanstack/react-query';

// The server may be on this very machine, so that "offline" says nothing about reaching it.
// Live events say what changed, so that nothing is stale by age alone. Failed calls are repeated by the API client already.
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 60_000, retry: false, refetchOnWindowFocus: false, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});
