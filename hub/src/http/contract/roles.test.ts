import { afterAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../auth/principal.ts';
import { hashSecret } from '../../auth/secrets.ts';
import { type Access, declaredAccess } from '../access.ts';
import { type Asker, askersOf, hiddenFrom } from './askers.ts';
import { contentsOf } from './contents.ts';
import { type ApiOperation, apiOperations, documentOf } from './operations.ts';
import { type Attempt, NEVER_PLAIN, plainAttempt } from './requests.ts';
import { RIGHTS } from './rights.ts';
import { send } from './send.ts';
import { openWorld, type Tenant } from './tenants.ts';

/** Each role has a project of its own: what one changes would be in the way of the next. */
const world = await openWorld(['SUPER', 'MANAGER', 'OPERATOR', 'VIEWER', 'FOREIGN']);
afterAll(() => world.close());
const { api, tenants } = world;
const foreign = tenants[4];
const before = await contentsOf(api, foreign.project);
const operations = apiOperations(api.app, documentOf(api.app));

it('every route declares what the table of rights says, and the table names no other', () => {
  expect(Object.fromEntries(declaredAccess(api.app))).toEqual(RIGHTS);
});

describe.each(operations.map((operation) => [operation.route, operation] as const))('%s', (route, operation) => {
  const access = RIGHTS[route] ?? [];

  it('lets in whom the table says to their own project, and nobody to a foreign one', async () => {
    const outcomes: Record<string, string> = {};
    const due: Record<string, string> = {};
    const takenBy = new Set<Tenant>();
    const tried = async (asker: Asker, own: Tenant, about: Tenant): Promise<void> => {
      const name = `${asker.name}, ${about === own ? 'own' : 'foreign'}`;
      const outcome = await outcomeOf(operation, own, about, asker);
      const taken = about === own && outcome.startsWith('404') && TAKES_AWAY.includes(route) && takenBy.has(own);
      outcomes[name] = taken ? 'in' : outcome;
      if (outcome === 'in') takenBy.add(about);
      due[name] = dueTo(access, asker, about !== own && namesIt(plainAttempt(operation, about), about));
    };
    for (const [i, role] of ROLES.entries())
      for (const asker of askersOf(tenants[i]!).filter((one) => one.role === role)) {
        await tried(asker, tenants[i]!, tenants[i]!);
        // A super admin knows no foreign project.
        if (role !== 'super_admin') await tried(asker, tenants[i]!, foreign);
      }
    const nobody = askersOf(tenants[0]).find(({ kind }) => kind === 'nobody')!;
    await tried(nobody, tenants[0], tenants[0]);
    if (!NEVER_PLAIN.includes(route)) expect(outcomes).toEqual(due);
  });
});

it('nothing of a project was changed by those to whom it is foreign', async () => {
  expect(await contentsOf(api, foreign.project)).toEqual(before);
});

it('a key that may only read changes nothing', async () => {
  const key = await api.makeKey('super_admin');
  await api.database.owner.query("update api_keys set verbs = '{read}' where token_hash = $1", [hashSecret(key)]);
  const [own] = tenants;
  const asker: Asker = {
    name: 'a reader',
    role: 'super_admin',
    kind: 'key',
    headers: async () => ({ Authorization: `Bearer ${key}` }),
  };
  for (const operation of operations) {
    if (operation.method === 'get' || typeof operation.access === 'string') continue;
    expect([operation.route, await outcomeOf(operation, own, own, asker)]).toEqual([
      operation.route,
      '403 read_only_key',
    ]);
  }
});

/** Routes after which there is nothing left for whoever comes second. */
const TAKES_AWAY = [
  'DELETE /api/notification-channels/:channelId',
  'DELETE /api/alert-rules/:ruleId',
  'DELETE /api/maintenance-plans/:planId',
];

/** What a plain request about somebody's objects comes to: `in`, or the status and code of its refusal. */
async function outcomeOf(operation: ApiOperation, own: Tenant, about: Tenant, asker: Asker): Promise<string> {
  const answered = await send(api, plainAttempt(operation, about), asker);
  if (answered === null) return 'no answer';
  const leaked = hiddenFrom(asker, own, world).some((canary) => answered.text.toLowerCase().includes(canary));
  // Whoever signs in is told of what is theirs, whoever asked.
  if (leaked && operation.access !== 'anyone') return 'sees what is foreign';
  // 409: let in, but done already by whoever was let in before.
  if (answered.status < 300 || answered.status === 409) return 'in';
  return `${answered.status} ${JSON.parse(answered.text).code}`;
}

/** Whether a request names an object of a tenant, in its path or its body. */
function namesIt({ path, body }: Attempt, tenant: Tenant): boolean {
  const words = `${decodeURIComponent(path)} ${body}`.split(/[^\w-]+/);
  return Object.values(tenant.ids).some((id) => words.includes(id));
}

function dueTo(access: Access, { role, kind }: Asker, foreign: boolean): string {
  if (access !== 'anyone') {
    if (kind === 'nobody') return '401 unauthenticated';
    if (access === 'account' ? kind === 'key' : !access.includes(role!)) return '403 forbidden';
  }
  return foreign && access !== 'anyone' ? '404 not_found' : 'in';
}
