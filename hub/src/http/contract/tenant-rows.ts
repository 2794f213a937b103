import { randomBytes, randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import { ROLES, type Role } from '../../auth/principal.ts';

/** What has been made of a tenant. */
export interface Filled {
  readonly ids: Readonly<Record<string, string>>;
  readonly people: Readonly<Record<Role, string>>;
}

type Row = Record<string, unknown>;

/** Tables whose rows a viewer may see. In all others the canary is marked, so that what is inside is told from these. */
const OPEN_TO_VIEWERS = ['projects', 'containers', 'metrics'];

/** How the canary of a tenant is written where no viewer may see it. */
export const insideOf = (canary: string): string => `${canary}-inside`;

/**
 * Puts a row of everything into a project. Free text that a row does not name is the canary, in the columns of tables
 * to come too; so is a note in every JSON that people keep.
 *
 * @param word of the tenant's ids: `NORTH` makes NORTH-C01
 */
export async function fillTenant(client: ClientBase, word: string, canary: string, now: Date): Promise<Filled> {
  const project_id = `${word}-001`;
  const agent_id = randomUUID();
  const ago = (ms: number) => new Date(+now - ms);
  const add = (table: string, row: Row) =>
    insert(client, table, { project_id, ...row }, OPEN_TO_VIEWERS.includes(table) ? canary : insideOf(canary));
  const state = { interval_s: 60, state_at: ago(10_000) };
  const frame = { ...{ at: ago(10_000), device_at: ago(10_000), received_at: now, agent_id, interval_s: 60 } };

  await update(client, 'projects', { project_id, status: 'active', time_zone: 'Asia/Qatar' }, canary);
  const transformer_id = `${word}-T01`;
  await add('transformers', { transformer_id, status: 'active' });
  await add('meters', { meter_id: `${word}-E01`, transformer_id, values: { active_power_w: 1e6 }, ...state });
  await add('agents', {
    agent_id,
    secret_hash: Buffer.from(word),
    hmac_key: Buffer.from(word),
    clock: 'synced',
    status: 'quarantined',
  });
  for (const container_id of [`${word}-C01`, `${word}-C02`, 'BOTH-C01']) {
    const cooling = { flow_m3h: 12.5, temp_supply_c: null };
    const figures = { hashrate_th: 900.5, power_consumption_kw: 11.25, miners_active: 2, miners_expected: 2 };
    const made = {
      container_id,
      transformer_id,
      agent_id,
      status: 'active',
      layout: null,
      cooling,
      power_source: 'miners',
    };
    await add('containers', { ...made, ...figures, ...state });
    for (const position of [1, 2]) {
      const miner_id = `${container_id}-M00${position}`;
      await add('miners', {
        miner_id,
        container_id,
        position,
        status: 'hashing',
        hashrate_th: 450.25,
        state_at: ago(10_000),
      });
    }
  }
  await add('container_frames', {
    ...{ ...frame, container_id: `${word}-C01`, clock: 'synced', power_source: 'miners', body: Buffer.alloc(0) },
    ...{ miners_total: 2, miners_answering: 2, miners_active: 2, hashrate_ths: 900.5, power_kw: 11.25 },
  });
  await add('meter_frames', { ...frame, meter_id: `${word}-E01`, clock: 'synced', answered: true });
  for (const scope of [
    ['project', project_id],
    ['container', `${word}-C01`],
  ] as const)
    for (const resolution_s of [300, 3600, 86_400])
      await add('metrics', {
        ...{
          scope: scope[0],
          scope_id: scope[1],
          resolution_s,
          timestamp: bucket(ago(resolution_s * 1000), resolution_s),
        },
        ...{ hashrate_ths_sum: 900, hashrate_ths_min: 400, hashrate_ths_max: 500, hashrate_ths_count: 2 },
        ...{ hashrate_eh: 0.0009, active_containers: 1, reporting: 1, expected: 1, source: 'rollup' },
      });
  await add('alert_rules', { rule_id: 'container.offline', definition: {} });
  const alerts: string[] = [];
  for (const target_type of ['container', 'miner', 'project'])
    alerts.push(
      await add('alerts', {
        ...{ alert_type: 'custom', target_type, target_id: target_type === 'project' ? project_id : `${word}-C01` },
        ...{ rule_id: null, unit: 'C', data: {} },
      }).then(({ id }) => String(id)),
    );
  await add('alert_events', { alert_id: alerts[0], ordinal: 1, kind: 'opened', data: {} });
  await add('maintenance_windows', {
    ...{ target_type: 'container', target_id: `${word}-C01`, starts_at: ago(3_600_000), ends_at: ago(-3_600_000) },
  });
  await add('notification_channels', { kind: 'webhook', config: {} });
  await add('activity_logs', {
    ...{ seq: 1, actor_kind: 'system', action: 'project.create', target_type: 'project', target_id: project_id },
    ...{ before: null, previous_hash: Buffer.alloc(32), hash: Buffer.alloc(32) },
  });
  const key_id = randomBytes(6).toString('hex');
  const project_ids = [project_id];
  await add('api_keys', { key_id, token_hash: randomBytes(32), role: 'viewer', project_ids, verbs: ['read'] });
  const people = await addPeople(client, project_id, insideOf(canary));
  const sessionId = randomUUID();
  await add('sessions', {
    ...{ project_id: 'HEARST-000', session_id: sessionId, token_hash: randomBytes(32), user_id: people.viewer },
    ...{ created_at: now, last_seen_at: now, expires_at: ago(-3_600_000) },
  });
  return {
    people,
    ids: {
      projectId: project_id,
      projects: `${project_id},${secondOf(project_id)}`,
      containerId: `${word}-C01`,
      minerId: `${word}-C01-M001`,
      transformerId: transformer_id,
      meterId: `${word}-E01`,
      agentId: agent_id,
      alertId: alerts[0]!,
      userId: people.operator,
      keyId: key_id,
      sessionId,
    },
  };
}

/** A tenant's other project, which holds nothing. */
function secondOf(project: string): string {
  return project.replace(/1$/, '2');
}

/** The address of a tenant's person of a role. */
export function emailOf(role: Role, project: string): string {
  return `${role}@${project.toLowerCase()}.example.com`;
}

/** One person of each role, who may see the project. */
async function addPeople(client: ClientBase, project_id: string, canary: string): Promise<Record<Role, string>> {
  const people = Object.fromEntries(ROLES.map((role) => [role, randomUUID()])) as Record<Role, string>;
  for (const role of ROLES) {
    const email = emailOf(role, project_id);
    const who = { user_id: people[role], email, role };
    // The second factor is there to be taken away.
    const totp = { totp_enabled_at: role === 'operator' ? new Date() : null };
    const account = { status: 'active', language: 'en', password_hash: null, ...totp };
    await insert(client, 'users', { ...who, project_id: 'HEARST-000', ...account }, canary);
    for (const project of [project_id, secondOf(project_id)])
      await insert(client, 'user_project_access', { ...who, project_id: project }, canary);
  }
  return people;
}

async function insert(client: ClientBase, table: string, given: Row, canary: string): Promise<Row> {
  const row = { ...(await freeTexts(client, table, canary)), ...given };
  const names = Object.keys(row);
  const { rows } = await client.query<Row>(
    `insert into ${table} (${names.map((name) => `"${name}"`).join(', ')})
     values (${names.map((_, i) => `$${i + 1}`).join(', ')}) returning *`,
    Object.values(row),
  );
  return rows[0]!;
}

async function update(client: ClientBase, table: string, given: Row, canary: string): Promise<void> {
  const row = { ...(await freeTexts(client, table, canary)), ...given };
  const assignments = Object.keys(row).map((name, i) => `"${name}" = $${i + 1}`);
  await client.query(
    `update ${table} set ${assignments.join(', ')} where project_id = '${given.project_id}'`,
    Object.values(row),
  );
}

/** The columns of a table that hold any text or JSON, each with the canary in it. */
async function freeTexts(client: ClientBase, table: string, canary: string): Promise<Row> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `select a.attname as name, format_type(a.atttypid, null) as type from pg_attribute a
     where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
       and format_type(a.atttypid, null) in ('text', 'jsonb')
       and not exists (select from pg_constraint k where k.conrelid = a.attrelid and a.attnum = any (k.conkey)
         and k.contype <> 'n')`,
    [table],
  );
  return Object.fromEntries(rows.map(({ name, type }) => [name, type === 'text' ? canary : { note: canary }]));
}

function bucket(at: Date, resolutionS: number): Date {
  const ms = resolutionS * 1000;
  return new Date(Math.floor(+at / ms) * ms);
}
