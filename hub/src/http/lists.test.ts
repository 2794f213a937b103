import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { ClientBase } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordActivity } from '../activity/record.ts';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;

type Item = Record<string, unknown>;
type Value = number | string | null;
interface Listed {
  data: Item[];
  next_cursor: string | null;
  total: number;
}

/** What a list promises; what its order is by is said here once more, by what the objects themselves show. */
interface Promised {
  readonly path: string;
  readonly ids: readonly string[];
  /** Fields that it is sorted by, the standard one first. */
  readonly sorts: readonly string[];
  /** Words of fields that are no words to sort by, in their order. */
  readonly ranks?: Readonly<Record<string, readonly string[]>>;
  /** Fields that are compared as they are written, or as people count ids. */
  readonly keys?: readonly string[];
  readonly counted?: readonly string[];
  readonly ties: (a: Item, b: Item) => number;
  /** The field that `q` is tried on. */
  readonly named: string;
  readonly table: boolean;
}

const WORST_FIRST = ['critical', 'warning', 'offline', 'unknown', 'active', 'maintenance', 'planned'];
const ROLES = ['super_admin', 'project_manager', 'operator', 'viewer'];
const by =
  (...fields: string[]) =>
  (a: Item, b: Item) =>
    fields.reduce((order, field) => order || compare(a[field] as Value, b[field] as Value), 0);
const byLength =
  (field: string): Promised['ties'] =>
  (a, b) =>
    String(a[field]).length - String(b[field]).length || by(field)(a, b);

const LISTS: Promised[] = [
  // First: each table that the others answer is an entry here.
  {
    path: '/api/activity',
    ids: ['project_id', 'seq'],
    sorts: ['-at'],
    ties: () => 0,
    named: 'target_id',
    table: true,
  },
  {
    path: '/api/projects',
    ids: ['project_id'],
    sorts: ['project_id', 'name', 'status', 'hashrate_ths', 'power_kw', 'miners_active', 'observed_at', 'created_at'],
    ranks: { status: ['planned', 'active', 'maintenance', 'archived'] },
    keys: ['project_id'],
    ties: by('project_id'),
    named: 'name',
    table: true,
  },
  {
    path: '/api/projects/NORTH-001/containers',
    ids: ['project_id', 'container_id'],
    sorts: ['container_id', 'name', 'status', 'hashrate_th', 'observed_at'],
    ranks: { status: WORST_FIRST },
    counted: ['container_id'],
    ties: byLength('container_id'),
    named: 'name',
    table: true,
  },
  {
    path: '/api/projects/NORTH-001/transformers',
    ids: ['project_id', 'transformer_id'],
    sorts: ['transformer_id', 'name', 'status', 'rated_kva', 'load_pct', 'active_power_kw', 'observed_at'],
    ranks: { status: WORST_FIRST },
    counted: ['transformer_id'],
    ties: byLength('transformer_id'),
    named: 'name',
    table: true,
  },
  {
    path: '/api/projects/NORTH-001/meters',
    ids: ['project_id', 'meter_id'],
    sorts: [
      ...['meter_id', 'transformer_id', 'profile', 'address', 'status', 'observed_at', 'last_seen_at'],
      ...['active_power_kw', 'energy_import_kwh'],
    ],
    ranks: { status: WORST_FIRST },
    counted: ['meter_id', 'transformer_id'],
    ties: byLength('meter_id'),
    named: 'profile',
    table: true,
  },
  {
    path: '/api/containers/NORTH-C01/miners',
    ids: ['project_id', 'miner_id'],
    sorts: ['position', 'status', 'last_seen_at', 'hashrate_th', 'power_w', 'temp_chip_c'],
    ranks: { status: ['offline', 'unknown', 'degraded', 'idle', 'sleeping', 'hashing'] },
    ties: by('position'),
    named: 'miner_id',
    table: true,
  },
  {
    path: '/api/agents',
    ids: ['project_id', 'agent_id'],
    sorts: ['project_id', 'name', 'status', 'state', 'last_seen_at', 'program', 'depth_batches', 'created_at'],
    ranks: { status: ['active', 'revoked', 'quarantined'], state: ['online', 'offline', 'unknown'] },
    keys: ['project_id'],
    ties: by('project_id', 'agent_id'),
    named: 'name',
    table: true,
  },
  {
    path: '/api/alerts',
    ids: ['id', 'project_id'],
    sorts: ['severity', 'timestamp', 'last_seen_at', 'status'],
    ranks: { severity: ['critical', 'warning', 'info'], status: ['active', 'acknowledged', 'resolved'] },
    ties: (a, b) => by('timestamp', 'id')(b, a),
    named: 'message',
    table: true,
  },
  {
    path: '/api/users',
    ids: ['user_id'],
    sorts: ['email', 'name', 'role', 'status', 'signed_in_at', 'created_at'],
    ranks: { role: ROLES, status: ['active', 'invited', 'disabled'] },
    keys: ['email'],
    ties: by('email'),
    named: 'name',
    table: false,
  },
  {
    path: '/api/keys',
    ids: ['key_id'],
    sorts: ['key_id', 'name', 'role', 'created_at', 'expires_at', 'last_used_at'],
    ranks: { role: ROLES },
    keys: ['key_id'],
    ties: by('key_id'),
    named: 'name',
    table: false,
  },
];

const HOSTILE = ['100%', 'a_b', `o'"b`, 'c\\d', '; drop'];
const NAMES = ['delta', 'Alpha', 'alpha', 'Beta', 'gamma', 'É', ...HOSTILE];

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner(fill);
  admin = await api.makeKey('super_admin');
});
afterAll(() => api.close());

/** Rows of every list with few different values, so that many are equal, and many unknown. */
async function fill(client: ClientBase): Promise<void> {
  const projects = Array.from(
    { length: 12 },
    (_, i) => `${i < 6 ? 'NORTH' : 'SOUTHERN'}-${String(i + 1).padStart(3, '0')}`,
  );
  const { base, of, some, at } = picks(1);
  await insert(
    client,
    'projects',
    projects.map((project_id, i) => ({
      ...{ project_id, name: NAMES[i % NAMES.length], created_at: at() },
      status: of(['planned', 'active', 'maintenance']),
    })),
  );
  await client.query(`select set_config('hearst.project_ids', $1, true)`, [[...projects, 'HEARST-000'].join(',')]);
  const status = () => of(WORST_FIRST);
  // Every name once at least.
  const name = (i: number) => NAMES[i - 1] ?? some(NAMES);
  const known = (i: number) => NAMES[i - 1] ?? of(NAMES);
  await insert(
    client,
    'transformers',
    many(30, (i) => ({
      ...{
        ...base,
        transformer_id: `NORTH-T${i * 7}`,
        name: name(i),
        status: status(),
        rated_kva: some([500, 3750.5]),
      },
      ...{ load_pct: some([93.25, 8.125, 0]), active_power_kw: some([1.5, -2, 400]), state_at: some([at(), at()]) },
    })),
  );
  await insert(
    client,
    'meters',
    many(30, (i) => ({
      ...{ ...base, meter_id: `NORTH-E${i * 7}`, transformer_id: some(['NORTH-T7', 'NORTH-T14', 'NORTH-T203']) },
      ...{
        profile: name(i),
        address: some(['10.0.0.1', '10.0.0.2']),
        status: of(['active', 'offline', 'unknown']),
      },
      values: some([{ active_power_kw: of([0.1, 7, null]), energy_import_kwh: of([1e6 / 3, 12]) }]),
      ...{ state_at: some([at()]), last_seen_at: some([at()]), interval_s: some([10, 600]) },
    })),
  );
  await insert(
    client,
    'containers',
    many(40, (i) => ({
      ...{ project_id: i <= 25 ? 'NORTH-001' : of(projects), container_id: `NORTH-C${i === 1 ? '01' : i * 7}` },
      ...{ name: name(i), status: status(), hashrate_th: some([1, 100.25, 1 / 3]), state_at: some([at()]) },
      ...{ power_consumption_kw: some([50.5, 7]), miners_active: some([3, 308]), interval_s: some([10, 600]) },
    })),
  );
  await insert(
    client,
    'miners',
    many(40, (i) => ({
      ...{ ...base, miner_id: `NORTH-C01-M${String(i).padStart(3, '0')}`, container_id: 'NORTH-C01', position: i },
      ...{ status: of(['offline', 'unknown', 'degraded', 'idle', 'sleeping', 'hashing']), last_seen_at: some([at()]) },
      ...{ hashrate_th: some([335.5, 0, 1 / 3]), power_w: some([5_000, 0]), temp_chip_c: some([71.3, 60.1]) },
    })),
  );
  await insert(
    client,
    'agents',
    many(25, (i) => ({
      ...{ project_id: of(projects), agent_id: randomUUID(), name: known(i), program: some(['b 1.0', 'A 2.0']) },
      ...{ status: of(['active', 'revoked', 'quarantined']), state: of(['online', 'offline', 'unknown']) },
      ...{ secret_hash: Buffer.alloc(32), hmac_key: Buffer.alloc(32), last_seen_at: some([at()]), created_at: at() },
      depth_batches: some([0, 12]),
    })),
  );
  await insert(
    client,
    'alerts',
    many(40, (i) => ({
      ...{ project_id: of(projects), message: known(i), severity: of(['critical', 'warning', 'info']) },
      ...{ status: of(['active', 'acknowledged', 'resolved']), timestamp: at(), last_seen_at: at() },
    })),
  );
  await insert(
    client,
    'users',
    many(25, (i) => ({
      ...{ email: `p${i}@example.com`, name: known(i), role: of(ROLES), created_at: at(), signed_in_at: some([at()]) },
      status: of(['active', 'invited', 'disabled']),
    })),
  );
  await insert(
    client,
    'api_keys',
    many(25, (i) => ({
      ...{ project_id: 'HEARST-000', key_id: i.toString(16).padStart(12, '0'), token_hash: Buffer.alloc(32, i) },
      ...{ name: known(i), role: of(ROLES), created_by: 'test', created_at: at() },
      ...{ expires_at: some([at()]), last_used_at: some([at()]) },
    })),
  );
  const actor = { kind: 'user', id: 'x', name: 'x', address: null, requestId: null } as const;
  for (let i = 0; i < 25; i++)
    await recordActivity(
      client,
      actor,
      { project: of(projects), action: 'a.b', target: { type: 'a', id: known(i + 1) } },
      new Date(at()),
    );
}

describe.each(LISTS)('$path', (list) => {
  const { path, ids, sorts, named, table } = list;
  const directions = sorts.flatMap((sort) => [sort, sort.startsWith('-') ? sort.slice(1) : `-${sort}`]);

  it('comes in every order, unknown values last, equal ones by id', async () => {
    for (const sort of directions) {
      const found = await whole(path, sort);
      expect(found.length).toBeGreaterThan(10);
      expect(found.toSorted(inOrder(list, sort)).map(idOf(ids)), sort).toEqual(found.map(idOf(ids)));
    }
    expect((await ask(`${path}?limit=500`)).data).toEqual(await whole(path, sorts[0]!));
  });

  it('comes in pages that make up the whole, whatever the order', async () => {
    for (const sort of directions) {
      const all = await whole(path, sort);
      expect((await walk(`${path}?sort=${sort}&limit=7`, all.length)).map(idOf(ids)), sort).toEqual(all.map(idOf(ids)));
    }
  });

  it('refuses a cursor of another order, and one that nobody has answered', async () => {
    const { next_cursor } = await ask(`${path}?sort=${directions[0]}&limit=1`);
    expect(await refusal(`${path}?sort=${directions[1]}&cursor=${next_cursor}`)).toBe('/cursor');
    const place = JSON.parse(Buffer.from(next_cursor!, 'base64url').toString()) as unknown[];
    const forgeries = place
      .slice(1)
      .flatMap((value, at) =>
        [typeof value === 'number' ? '1' : 1, true, [], `x\0`].map((forged) => place.with(at + 1, forged)),
      );
    for (const forged of [...forgeries, [...place, 1], place.slice(0, -1), [null, ...place.slice(1)], {}])
      expect(await refusal(`${path}?sort=${directions[0]}&cursor=${encoded(forged)}`), String(forged)).toBe('/cursor');
  });

  it('finds what somebody types, every sign meaning itself', async () => {
    const everything = await whole(path, sorts[0]!);
    const texts = named === 'miner_id' ? [] : [...HOSTILE, '%', '_', "'", '"', '\\', 'ALPHA', 'é'];
    for (const text of texts) {
      const { data, total } = await ask(`${path}?limit=500&q=${encodeURIComponent(text)}`);
      const holding = everything.filter((item) => holds(item[named], text));
      expect(holding.length, text).toBeGreaterThan(0);
      expect(data.map(idOf(ids)), text).toEqual(holding.map(idOf(ids)));
      expect(total).toBe(holding.length);
    }
    expect((await ask(`${path}?q=nowhere-to-be-found`)).total).toBe(0);
  });

  it.each(['q=%00', 'q=', `q=${'x'.repeat(101)}`, 'sort=secret_hash', 'sort=', 'fields=password_hash'])(
    'refuses %s',
    async (query) => expect(await refusal(`${path}?${query}`)).toMatch(/^\/(q|sort|fields\/0)$/),
  );

  it('comes as far as fields says, its ids always', async () => {
    const { data } = await ask(`${path}?fields=${named}`);
    for (const item of data) expect(Object.keys(item).sort()).toEqual([...new Set([...ids, named])].sort());
    expect(data.length).toBeGreaterThan(10);
  });

  // Not every list has one: what cannot be is no test that was skipped.
  if (table)
    it('comes as a table in the same order, as far as fields says', async () => {
      const sort = directions[1]!;
      const all = await whole(path, sort);
      const { status, body } = await api.ask(`${path}?format=csv&fields=${named}&sort=${sort}`, { key: admin });
      expect(status).toBe(200);
      const [header, ...lines] = String(body)
        .replace(/^\uFEFF/, '')
        .trim()
        .split('\r\n');
      const columns = header!.split(',');
      expect(columns.toSorted()).toEqual([...new Set(['time_utc', 'time_local', ...ids, named])].sort());
      const id = columns.indexOf(ids.at(-1)!);
      expect(lines.map((line) => line.split(',')[id])).toEqual(all.map((item) => String(item[ids.at(-1)!])));
    });
});

it('pages of any size make up any list, whatever its rows hold', async () => {
  const value = fc.option(
    fc.oneof(fc.constantFrom(0, 1, 0.1, -1e300, 5e-324), fc.double({ noNaN: true, noDefaultInfinity: true })),
  );
  const name = fc.option(fc.string({ unit: 'grapheme', maxLength: 120 }).filter((text) => !text.includes('\0')));
  const rows = fc.array(fc.record({ load_pct: value, name }), { maxLength: 12 });
  const sort = fc.constantFrom('name', '-name', 'load_pct', '-load_pct', '-transformer_id');
  await fc.assert(
    fc.asyncProperty(rows, sort, fc.integer({ min: 1, max: 5 }), async (sent, sort, limit) => {
      await api.asOwner(async (client) => {
        await client.query(`set local hearst.project_ids = 'SOUTHERN-012'`);
        await client.query(`delete from transformers where project_id = 'SOUTHERN-012'`);
        await insert(
          client,
          'transformers',
          sent.map((row, i) => ({
            ...{ ...row, project_id: 'SOUTHERN-012', transformer_id: `SOUTHERN-T${i + 95}` },
          })),
        );
      });
      const path = '/api/projects/SOUTHERN-012/transformers';
      const { data } = await ask(`${path}?sort=${sort}`);
      expect(data).toHaveLength(sent.length);
      expect(await walk(`${path}?sort=${sort}&limit=${limit}`, sent.length)).toEqual(data);
    }),
    { numRuns: 40 },
  );
});

async function ask(path: string): Promise<Listed> {
  const { status, body } = await api.ask(path, { key: admin });
  expect([status, status === 200 ? null : body]).toEqual([200, null]);
  return body as Listed;
}

async function whole(path: string, sort: string): Promise<Item[]> {
  return (await ask(`${path}?limit=500&sort=${sort}`)).data;
}

async function walk(path: string, total: number): Promise<Item[]> {
  const seen: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Listed = await ask(`${path}${cursor && `&cursor=${cursor}`}`);
    expect(page.total).toBe(total);
    seen.push(...page.data);
    cursor = page.next_cursor;
  }
  return seen;
}

/** Where a query is refused. */
async function refusal(path: string): Promise<string> {
  const { status, body } = await api.ask(path, { key: admin });
  expect(status, path).toBe(422);
  return (body as { errors: { pointer: string }[] }).errors[0]!.pointer;
}

function inOrder({ ranks = {}, keys = [], counted = [], ties }: Promised, sort: string): Promised['ties'] {
  const descending = sort.startsWith('-');
  const field = sort.replace('-', '');
  const rated = (item: Item): Value => {
    const value = item[field] as Value;
    const words = ranks[field];
    if (words !== undefined) return words.indexOf(String(value));
    return typeof value === 'string' && !keys.includes(field) ? value.toLowerCase() : value;
  };
  return (a, b) => {
    const [left, right] = [rated(a), rated(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null) || ties(a, b);
    const order = counted.includes(field) ? byLength(field)(a, b) : compare(left, right);
    return (descending ? -order : order) || ties(a, b);
  };
}

function compare(a: Value, b: Value): number {
  if (a === b) return 0;
  return a! < b! ? -1 : 1;
}

const idOf =
  (ids: readonly string[]) =>
  (item: Item): string =>
    ids.map((id) => item[id]).join(' ');

function holds(value: unknown, text: string): boolean {
  return String(value ?? '')
    .toUpperCase()
    .includes(text.toUpperCase());
}

function encoded(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function many(count: number, make: (i: number) => Item): Item[] {
  return Array.from({ length: count }, (_, i) => make(i + 1));
}

/** Values that look random and are the same in every run. */
function picks(seed: number) {
  let state = seed;
  const next = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
  const of = <T>(values: readonly T[]): T => values[next(values.length)]!;
  return {
    base: { project_id: 'NORTH-001' },
    of,
    some: <T>(values: readonly T[]): T | null => (next(4) === 0 ? null : of(values)),
    /** Within the last 20 minutes, many at once. */
    at: () => new Date(Date.UTC(2026, 10, 23, 11, 40 + next(10) * 2)).toISOString(),
  };
}

async function insert(client: ClientBase, table: string, rows: readonly Item[]): Promise<void> {
  for (const row of rows) {
    const columns = Object.keys(row);
    const values = columns.map((_, i) => `$${i + 1}`);
    await client.query(`insert into ${table} (${columns}) values (${values})`, Object.values(row));
  }
}
