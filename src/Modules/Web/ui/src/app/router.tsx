import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, notFound, redirect } from '@tanstack/react-router';
import { forgetEverything, sessionQuery } from '@/session/session';
import { safeReturnPath } from '@/session/returnPath';
import { whenSessionEnds } from '@/api';
import { type LibraryName, isLibraryName } from '@/library/libraryName';
import { documentSearch } from '@/pages/document/search';
import { reportsSearch } from '@/pages/reports/search';
import { Pending } from './Pending';
import { queryClient } from './queryClient';
import { NotFound, RouteError } from './RouteError';

interface HomeSearch {
  return?: string;
  ended?: boolean;
}

const root = createRootRouteWithContext<{ queryClient: typeof queryClient }>()({
  notFoundComponent: NotFound,
  errorComponent: RouteError,
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: (search): HomeSearch => {
    const path = safeReturnPath(search.return);
    return { ...(path === undefined ? {} : { return: path }), ...(search.ended === true ? { ended: true } : {}) };
  },
  beforeLoad: async ({ context, search }) => {
    const user = await context.queryClient.ensureQueryData(sessionQuery);
    if (user === null) return;
    if (search.return !== undefined) throw redirect({ href: search.return, replace: true });
    throw redirect({ to: '/library/$library/$', params: { library: 'personal', _splat: '' }, replace: true });
  },
  component: lazyRouteComponent(() => import('@/pages/home/HomePage'), 'HomePage'),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const user = await context.queryClient.ensureQueryData(sessionQuery);
    if (user === null) throw redirect({ to: '/', search: { return: location.href }, replace: true });
    return { user };
  },
  component: lazyRouteComponent(() => import('@/shell/Shell'), 'Shell'),
});

const library = createRoute({
  getParentRoute: () => shell,
  path: '/library/$library/$',
  params: {
    parse: ({ library: name, _splat }): { library: LibraryName; _splat?: string } => {
      if (!isLibraryName(name)) throw notFound();
      return { library: name, ...(_splat === undefined ? {} : { _splat }) };
    },
    stringify: ({ library: name, _splat }) => ({ library: name, ...(_splat === undefined ? {} : { _splat }) }),
  },
  component: lazyRouteComponent(() => import('@/pages/library/LibraryPage'), 'LibraryPage'),
});

const document = createRoute({
  getParentRoute: () => shell,
  path: '/documents/$id',
  validateSearch: documentSearch,
  component: lazyRouteComponent(() => import('@/pages/document/DocumentPage'), 'DocumentPage'),
});

const trash = createRoute({
  getParentRoute: () => shell,
  path: '/trash',
  component: lazyRouteComponent(() => import('@/pages/trash/TrashPage'), 'TrashPage'),
});

const activity = createRoute({
  getParentRoute: () => shell,
  path: '/activity',
  component: lazyRouteComponent(() => import('@/pages/activity/ActivityPage'), 'ActivityPage'),
});

const profile = createRoute({
  getParentRoute: () => shell,
  path: '/profile',
  component: lazyRouteComponent(() => import('@/pages/profile/ProfilePage'), 'ProfilePage'),
});

const reports = createRoute({
  getParentRoute: () => shell,
  path: '/reports',
  validateSearch: reportsSearch,
  component: lazyRouteComponent(() => import('@/pages/reports/ReportsPage'), 'ReportsPage'),
});

const sql = createRoute({
  getParentRoute: () => shell,
  path: '/sql',
  component: lazyRouteComponent(() => import('@/pages/sql/SqlPage'), 'SqlPage'),
});

const admin = createRoute({
  getParentRoute: () => shell,
  path: '/admin',
  component: lazyRouteComponent(() => import('@/pages/admin/AdminPage'), 'AdminPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([home, shell.addChildren([library, document, trash, activity, profile, reports, sql, admin])]),
  context: { queryClient },
  defaultPreload: 'intent',
  defaultPendingComponent: Pending,
  defaultErrorComponent: RouteError,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

whenSessionEnds(() => {
  const signedIn = queryClient.getQueryData(sessionQuery.queryKey);
  if (signedIn === null || signedIn === undefined) return;
  const from = router.state.location.href;
  forgetEverything(queryClient);
  void router.navigate({ to: '/', search: { ended: true, ...(safeReturnPath(from) === undefined ? {} : { return: from }) }, replace: true });
});
