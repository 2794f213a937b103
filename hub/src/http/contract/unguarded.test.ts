import { afterAll, describe, expect, it, vi } from 'vitest';
import { ROLES } from '../../auth/principal.ts';
import type * as access from '../access.ts';
import type { Answered } from './answers.ts';
import { type Asker, askersOf } from './askers.ts';
import { contentsOf } from './contents.ts';
import { type ApiOperation, apiOperations, documentOf } from './operations.ts';
import { NEVER_PLAIN, plainAttempt } from './requests.ts';
import { RIGHTS } from './rights.ts';
import { send } from './send.ts';
import { insideOf } from './tenant-rows.ts';
import { openWorld } from './tenants.ts';

/** The app with every route's guard open to every role: what is refused now is refused by the database. */
vi.mock('../access.ts', async (original) => {
  const real = await original<typeof access>();
  const open: typeof real.allow = (services, _roles, ...rest) => real.allow(services, ROLES, ...rest);
  return { ...real, allow: open };
});

const world = await openWorld(['NORTH']);
afterAll(() => world.close());
const { api, tenants } = world;
const [north] = tenants;
const operations = apiOperations(api.app, documentOf(api.app)).filter(({ route }) => !NEVER_PLAIN.includes(route));
const keyOf = (role: string): Asker => askersOf(north).find((one) => one.kind === 'key' && one.role === role)!;
const closedTo = (role: (typeof ROLES)[number], operation: ApiOperation): boolean => {
  const rights = RIGHTS[operation.route];
  return typeof rights === 'object' && !rights.includes(role);
};

/**
 * How the database keeps a change from whoever may not make it. A policy for new rows refuses them (42501). One for changes
 * hides the row from whoever wants to change, hold or name it: then it is not found, or taken for one that cannot be changed.
 */
const REFUSED = ['403 forbidden by the database', '404 not_found', '409 conflict', '422 invalid_request'];
/** Routes that take a hidden row for one that was changed already: repeating them is harmless, so they say it is done. */
const TAKEN_FOR_DONE: Readonly<Record<string, readonly string[]>> = {
  'DELETE /api/agents/:agentId': ['operator'],
  'POST /api/agents/:agentId/reinstate': ['operator'],
  // Each alert has its own result: of none that may be seen there is none, of those that may not be changed a refusal.
  'POST /api/alerts/bulk': ['operator', 'viewer'],
};

/** Reading routes that the database leaves open to viewers, and why that is no harm. */
const SHOWS_VIEWERS_NO_MORE: Readonly<Record<string, string>> = {
  'GET /api/containers/:containerId': "the same row as in the project's list of containers, which viewers see",
  'GET /api/reports/:projectId/daily': 'figures, and the names of containers, which viewers see',
  'GET /api/reports/:projectId/monthly': 'figures, and the names of containers, which viewers see',
  'GET /api/compare': 'projects and figures that viewers see, side by side',
};
/** What shows that something of the inside was answered where that holds no text. */
const TOLD_BY: Readonly<Record<string, string>> = {
  'GET /api/projects/:projectId/electricity-prices': 'usd_per_kwh',
};

/** Reading routes that answer figures and no text, which cannot hold the canary: there is to be nothing there for a viewer. */
const FIGURES_ALONE = ['GET /api/metrics/miner/:minerId', 'GET /api/metrics/transformer/:transformerId'];

it('lets every role through, else the rest would prove nothing', async () => {
  for (const { route, access } of operations)
    if (typeof RIGHTS[route] === 'object') expect(access, route).toEqual(ROLES);
});

describe.each(
  operations.filter((one) => one.method === 'get' && closedTo('viewer', one)).map((one) => [one.route, one] as const),
)('without its guard %s', (route, operation) => {
  it('shows a viewer nothing of the inside', async () => {
    const attempt = plainAttempt(operation, north);
    const inside = TOLD_BY[route] ?? insideOf(north.canary);
    const toManager = await send(api, attempt, keyOf('super_admin'));
    const toViewer = await send(api, attempt, keyOf('viewer'));
    expect(toViewer?.text.toLowerCase()).not.toContain(inside);
    // What a manager sees there is what the viewer is kept from.
    if (FIGURES_ALONE.includes(route)) expect([toManager?.status, toViewer?.status]).toEqual([200, 404]);
    else if (SHOWS_VIEWERS_NO_MORE[route] === undefined) expect(toManager?.text.toLowerCase()).toContain(inside);
  });
});

describe.each(
  operations.filter((one) => one.method !== 'get' && closedTo('operator', one)).map((one) => [one.route, one] as const),
)('without its guard %s', (route, operation) => {
  it('changes nothing for an operator or a viewer: the database holds', async () => {
    const attempt = plainAttempt(operation, north);
    const before = await contentsOf(api);
    for (const role of ['operator', 'viewer']) {
      const answered = await send(api, attempt, keyOf(role));
      expect(await contentsOf(api)).toEqual(before);
      const done = TAKEN_FOR_DONE[route]?.includes(role) ?? false;
      if (done) expect(answered?.status).toBeLessThan(300);
      else expect(REFUSED).toContain(outcomeOf(answered));
    }
    // The very same request changes something for whoever may.
    await send(api, attempt, keyOf('super_admin'));
    expect(await contentsOf(api)).not.toEqual(before);
  });
});

function outcomeOf(answered: Answered | null): string {
  if (answered === null) return 'no answer';
  const { status, headers, text } = answered;
  const id = String(headers.get('X-Request-Id'));
  const refused = api.logged.some((line) => line.includes('"refused_by_database"') && line.includes(id));
  return `${status} ${text === '' ? '' : JSON.parse(text).code}${refused ? ' by the database' : ''}`;
}
