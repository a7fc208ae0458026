import { queryOptions } from '@tanstack/react-query';
import { api, body, keys, type User } from '@/api';

export const roles = ['member', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Everybody, by name. */
export const peopleQuery = queryOptions({
  queryKey: keys.users,
  refetchOnMount: 'always',
  queryFn: async ({ signal }): Promise<User[]> => body(await api.GET('/api/users', { signal })).items,
});

/** Those whose name or address has every word in it. */
export function peopleWith(people: readonly User[], text: string): readonly User[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return people.filter(({ displayName, email }) => {
    const sought = `${displayName} ${email}`.toLocaleLowerCase();
    return words.every((word) => sought.includes(word));
  });
}

export interface PageOf<T> {
  items: readonly T[];
  page: number;
  pages: number;
}

/** One page of a list; a page that is not there any more becomes the last one. */
export function pageOf<T>(items: readonly T[], page: number, size: number): PageOf<T> {
  const pages = Math.max(1, Math.ceil(items.length / size));
  const shown = Math.min(Math.max(page, 1), pages);
  return { items: items.slice((shown - 1) * size, shown * size), page: shown, pages };
}
