import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router';
import { sessionQuery } from './api/session.ts';
import { adminSearch } from './pages/admin/search.ts';
import { sectionsFor } from './pages/admin/sections.ts';
import { agentsSearch } from './pages/agents/search.ts';
import { alertsSearch } from './pages/alerts/search.ts';
import { reportsSearch } from './pages/reports/search.ts';
import { NotFound } from './shell/not-found.tsx';
import { Shell } from './shell/shell.tsx';
import { wallSearch } from './wall/search.ts';

interface Context {
  readonly queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFound });

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  // Only paths of this hub: what somebody is sent to after signing in is not for a link to choose.
  validateSearch: ({ next }: Record<string, unknown>): { next?: string } => {
    const path = text(next);
    return path !== undefined && /^\/(?![/\\])/.test(path) ? { next: path } : {};
  },
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignInPage'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./pages/invitation.tsx'), 'InvitationPage'),
});

/** Everything behind the sign-in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  validateSearch: wallSearch,
  // A wall stays one wherever it goes.
  search: { middlewares: [retainSearchParams(['wall', 'rotate', 'every'])] },
  beforeLoad: async ({ context, location }) => {
    const session = await context.queries.ensureQueryData(sessionQuery);
    if (session === null) throw redirect({ to: '/sign-in', search: { next: location.href } });
  },
  component: Shell,
  notFoundComponent: NotFound,
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/overview/overview.tsx'), 'OverviewPage'),
});

const project = createRoute({
  getParentRoute: () => shell,
  path: '/projects/$projectId',
  validateSearch: (search: Record<string, unknown>): ProjectSearch => ({
    ...pick(search, 'range', 'part', 'compare', 'zone', 'fill', 'group', 'filter', 'status', 'density'),
    ...pick(search, 'tab', 'sort', 'q', 'picked'),
  }),
  component: lazyRouteComponent(() => import('./pages/project/project.tsx'), 'ProjectPage'),
});

const container = createRoute({
  getParentRoute: () => shell,
  path: '/projects/$projectId/containers/$containerId',
  validateSearch: (search: Record<string, unknown>): ContainerSearch => ({
    ...pick(search, 'range', 'part', 'compare', 'fill', 'miner', 'at'),
  }),
  component: lazyRouteComponent(() => import('./pages/container/container.tsx'), 'ContainerPage'),
});

const miner = createRoute({
  getParentRoute: () => shell,
  path: '/projects/$projectId/miners/$minerId',
  validateSearch: (search: Record<string, unknown>): MinerSearch => pick(search, 'range'),
  component: lazyRouteComponent(() => import('./pages/miner/miner.tsx'), 'MinerPage'),
});

const compare = createRoute({
  getParentRoute: () => shell,
  path: '/compare',
  validateSearch: (search: Record<string, unknown>): CompareSearch =>
    pick(search, 'items', 'range', 'metrics', 'unit', 'period'),
  component: lazyRouteComponent(() => import('./pages/compare/compare.tsx'), 'ComparePage'),
});

const fleet = createRoute({
  getParentRoute: () => shell,
  path: '/projects/$projectId/fleet',
  validateSearch: (search: Record<string, unknown>): FleetSearch => pick(search, 'fill', 'container'),
  component: lazyRouteComponent(() => import('./pages/fleet/fleet.tsx'), 'FleetPage'),
});

const alerts = createRoute({
  getParentRoute: () => shell,
  path: '/alerts',
  validateSearch: alertsSearch,
  component: lazyRouteComponent(() => import('./pages/alerts/alerts.tsx'), 'AlertsPage'),
});

const admin = createRoute({
  getParentRoute: () => shell,
  path: '/admin',
  validateSearch: adminSearch,
  component: lazyRouteComponent(() => import('./pages/admin/admin.tsx'), 'AdminPage'),
});

const adminFirst = createRoute({
  getParentRoute: () => admin,
  path: '/',
  beforeLoad: async ({ context }) => {
    const session = await context.queries.ensureQueryData(sessionQuery);
    const [first] = session === null ? [] : sectionsFor(session);
    if (first !== undefined) throw redirect({ to: `/admin/${first}`, replace: true });
  },
});

const people = createRoute({
  getParentRoute: () => admin,
  path: 'people',
  component: lazyRouteComponent(() => import('./pages/admin/people/people.tsx'), 'PeoplePage'),
});

const keys = createRoute({
  getParentRoute: () => admin,
  path: 'keys',
  component: lazyRouteComponent(() => import('./pages/admin/keys/keys.tsx'), 'KeysPage'),
});

const channels = createRoute({
  getParentRoute: () => admin,
  path: 'channels',
  component: lazyRouteComponent(() => import('./pages/admin/channels/channels.tsx'), 'ChannelsPage'),
});

const rules = createRoute({
  getParentRoute: () => admin,
  path: 'rules',
  component: lazyRouteComponent(() => import('./pages/admin/rules/rules.tsx'), 'RulesPage'),
});

const silences = createRoute({
  getParentRoute: () => admin,
  path: 'silences',
  component: lazyRouteComponent(() => import('./pages/admin/silences/silences.tsx'), 'SilencesPage'),
});

const audit = createRoute({
  getParentRoute: () => admin,
  path: 'audit',
  component: lazyRouteComponent(() => import('./pages/admin/audit/audit.tsx'), 'AuditPage'),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  component: lazyRouteComponent(() => import('./pages/account/account.tsx'), 'AccountPage'),
});

const reports = createRoute({
  getParentRoute: () => shell,
  path: '/reports',
  validateSearch: reportsSearch,
  component: lazyRouteComponent(() => import('./pages/reports/reports.tsx'), 'ReportsPage'),
});

const agents = createRoute({
  getParentRoute: () => shell,
  path: '/agents',
  validateSearch: agentsSearch,
  component: lazyRouteComponent(() => import('./pages/agents/agents.tsx'), 'AgentsPage'),
});

const projectAgents = createRoute({
  getParentRoute: () => shell,
  path: '/projects/$projectId/agents',
  validateSearch: agentsSearch,
  component: lazyRouteComponent(() => import('./pages/agents/agents.tsx'), 'ProjectAgentsPage'),
});

export interface ProjectSearch {
  range?: string;
  /** Of a long range, what of it the chart shows. */
  part?: string;
  /** `previous`: beside the period before. */
  compare?: string;
  zone?: string;
  fill?: string;
  group?: string;
  filter?: string;
  status?: string;
  density?: string;
  tab?: string;
  sort?: string;
  q?: string;
  /** Containers chosen for comparison. */
  picked?: string;
}
export interface MinerSearch {
  range?: string;
}
/** Which things are compared, when, in what, in their own unit or in % of what is expected, and with which time before. */
export interface CompareSearch {
  items?: string;
  range?: string;
  metrics?: string;
  unit?: string;
  period?: string;
}
export interface ContainerSearch {
  range?: string;
  /** Of a long range, what of it the chart shows. */
  part?: string;
  /** `previous`: beside the period before. */
  compare?: string;
  fill?: string;
  miner?: string;
  at?: string;
}

export interface FleetSearch {
  fill?: string;
  container?: string;
}

function pick<Name extends string>(search: Record<string, unknown>, ...names: Name[]): { [Key in Name]?: string } {
  const found = names.flatMap((name) => (text(search[name]) === undefined ? [] : [[name, search[name]]]));
  return Object.fromEntries(found) as { [Key in Name]?: string };
}

const tree = root.addChildren([
  signIn,
  invitation,
  shell.addChildren([
    ...[overview, project, container, miner, fleet, compare, alerts, reports, agents, projectAgents],
    ...[admin.addChildren([adminFirst, people, keys, channels, rules, silences, audit]), account],
  ]),
]);

export function createAppRouter(queries: QueryClient) {
  return createRouter({ routeTree: tree, context: { queries }, defaultPreload: 'intent', scrollRestoration: true });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
