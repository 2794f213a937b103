import { randomBytes, randomUUID } from 'node:crypto';
import { type ContainerFrame, encodeBody } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import { ROLES, type Role } from '../../auth/principal.ts';
import { fillWithCanary, insertWithCanary, type Row } from './canary-rows.ts';

/** What has been made of a tenant. */
export interface Filled {
  /** Its objects, by the names of parameters that mean them. */
  readonly ids: Readonly<Record<string, string>>;
  readonly people: Readonly<Record<Role, string>>;
}

/** Tables whose rows a viewer may see. In all others the canary is marked, so that what is inside is told from these. */
const OPEN_TO_VIEWERS = ['projects', 'containers', 'metrics'];

/** How the canary of a tenant is written where no viewer may see it. */
export const insideOf = (canary: string): string => `${canary}-inside`;

/** A tenant that is being filled. */
interface Filling {
  readonly project_id: string;
  readonly word: string;
  readonly agent_id: string;
  readonly now: Date;
  /** So many milliseconds ago. */
  readonly ago: (ms: number) => Date;
  readonly add: (table: string, row: Row) => Promise<Row>;
}

/**
 * Puts a row of everything into a project, its free texts the canary.
 *
 * @param word of the tenant's ids: `NORTH` makes NORTH-C01
 */
export async function fillTenant(client: ClientBase, word: string, canary: string, now: Date): Promise<Filled> {
  const project_id = `${word}-001`;
  const filling: Filling = {
    project_id,
    word,
    agent_id: randomUUID(),
    now,
    ago: (ms) => new Date(+now - ms),
    add: (table, row) =>
      insertWithCanary(
        client,
        table,
        { project_id, ...row },
        OPEN_TO_VIEWERS.includes(table) ? canary : insideOf(canary),
      ),
  };
  await fillWithCanary(client, project_id, { status: 'active', time_zone: 'Asia/Qatar' }, canary);
  await addSite(filling);
  await addHistory(filling);
  const alertIds = await addAlerts(filling);
  const { people, ...ids } = await addPeople(filling);
  return {
    people,
    ids: {
      projectId: project_id,
      projects: `${project_id},${secondOf(project_id)}`,
      containerId: `${word}-C01`,
      minerId: `${word}-C01-M001`,
      transformerId: `${word}-T01`,
      meterId: `${word}-E01`,
      agentId: filling.agent_id,
      ...alertIds,
      targetId: `${word}-C01`,
      userId: people.operator,
      ...ids,
    },
  };
}

/** What stands there: a transformer with its meter, an agent in quarantine, three containers with two miners each. */
async function addSite({ word, agent_id, ago, add }: Filling): Promise<void> {
  const transformer_id = `${word}-T01`;
  const state = { interval_s: 60, state_at: ago(10_000) };
  const secrets = { secret_hash: Buffer.from(word), hmac_key: Buffer.from(word) };
  await add('transformers', { transformer_id, status: 'active' });
  await add('meters', { meter_id: `${word}-E01`, transformer_id, values: { active_power_w: 1e6 }, ...state });
  const check = { check: 'disk', outcome: 'warning', code: 'W2101', what: word, cause: word, next: word };
  const doctor = { at: Date.UTC(2026, 5, 1), ok: 1, checks: [check] };
  await add('agents', { agent_id, ...secrets, clock: 'synced', status: 'quarantined', doctor });
  const figures = { hashrate_th: 900.5, power_consumption_kw: 11.25, miners_active: 2, miners_expected: 2 };
  const cooling = { flow_m3h: 12.5, temp_supply_c: null };
  const container = { transformer_id, agent_id, status: 'active', layout: null, power_source: 'miners', cooling };
  for (const container_id of [`${word}-C01`, `${word}-C02`, 'BOTH-C01']) {
    await add('containers', { container_id, ...container, ...figures, ...state });
    for (const position of [1, 2]) {
      const miner = { miner_id: `${container_id}-M00${position}`, container_id, position };
      await add('miners', { ...miner, status: 'hashing', hashrate_th: 450.25, state_at: ago(10_000) });
    }
  }
}

/** A frame of a container and of a meter, a price, and a bucket of every resolution. */
async function addHistory({ project_id, word, agent_id, now, ago, add }: Filling): Promise<void> {
  const times = { at: ago(10_000), device_at: ago(10_000), received_at: now };
  const frame = { ...times, agent_id, interval_s: 60, clock: 'synced' };
  const counts = { miners_total: 2, miners_answering: 2, miners_active: 2 };
  const body = { power_source: 'miners', body: encodeBody({ frames: [polled(project_id, `${word}-C01`, +times.at)] }) };
  await add('container_frames', { ...frame, ...counts, ...body, container_id: `${word}-C01`, hashrate_ths: 900.5 });
  await add('meter_frames', { ...frame, meter_id: `${word}-E01`, answered: true });
  await add('electricity_prices', { starts_on: '2026-01-01', usd_per_kwh: 0.05 });
  const rates = { hashrate_ths_sum: 900, hashrate_ths_min: 400, hashrate_ths_max: 500, hashrate_ths_count: 2 };
  const bucket = { ...rates, hashrate_eh: 0.0009, active_containers: 1, reporting: 1, expected: 1, source: 'rollup' };
  for (const resolution_s of [300, 3600, 86_400]) {
    const ms = resolution_s * 1000;
    const timestamp = new Date(Math.floor(+now / ms - 1) * ms);
    await add('metrics', { ...bucket, scope: 'project', scope_id: project_id, resolution_s, timestamp });
    await add('metrics', { ...bucket, scope: 'transformer', scope_id: `${word}-T01`, resolution_s, timestamp });
    await add('metrics', { ...bucket, scope: 'container', scope_id: `${word}-C01`, resolution_s, timestamp });
  }
}

/** What a poll of the container's two miners gave. */
function polled(project: string, container: string, at: number): ContainerFrame {
  const columns = { hashrate_ths: [450.25, 450.25], hw_errors: [3, 4] };
  const boards = { hashrate_ths: [[150, 150, 150.25], null] };
  const slots = { positions: [1, 2], status: [1, 1], columns, boards };
  return {
    kind: 'container',
    project,
    container,
    at,
    interval_s: 60,
    ...slots,
    cooling: null,
    cooling_expected: false,
  };
}

/** Open alerts and what belongs to them; answers the ids of one of each. */
async function addAlerts({ project_id, word, now, ago, add }: Filling) {
  await add('alert_rules', { rule_id: 'pump_stopped', definition: { hold_s: 60 } });
  const alert = { alert_type: 'custom', rule_id: null, unit: 'C', data: {} };
  const { id } = await add('alerts', { ...alert, target_type: 'container', target_id: `${word}-C01` });
  await add('alerts', { ...alert, target_type: 'miner', target_id: `${word}-C01-M001` });
  await add('alerts', { ...alert, target_type: 'project', target_id: project_id });
  await add('alert_events', { alert_id: id, ordinal: 1, kind: 'note', data: {} });
  const window = { starts_at: ago(3_600_000), ends_at: new Date(+now + 3_600_000) };
  const target = { target_type: 'container', target_id: `${word}-C01` };
  const { window_id } = await add('maintenance_windows', { ...window, ...target });
  const { silence_id } = await add('silences', { ...window, ...target, rule_id: null });
  const plan = { ...target, every_running_hours: 4000, due_on: '2026-12-01' };
  const { plan_id } = await add('maintenance_plans', plan);
  const channel = {
    kind: 'email',
    config: { recipients: [`${word}@example.com`] },
    hours: null,
    language: 'en',
    level: 1,
  };
  const { channel_id } = await add('notification_channels', { ...channel, min_severity: 'warning' });
  const delivery = { channel_id, channel_project_id: project_id, alert_id: id, kind: 'alerts', status: 'failed' };
  const { delivery_id } = await add('deliveries', delivery);
  return {
    alertId: String(id),
    parentId: String(id),
    ruleId: 'pump_stopped',
    windowId: String(window_id),
    silenceId: String(silence_id),
    planId: String(plan_id),
    channelId: String(channel_id),
    deliveryId: String(delivery_id),
  };
}

/** A person of each role, a session, a key and an entry of the log. */
async function addPeople({ project_id, now, add }: Filling) {
  const people = Object.fromEntries(ROLES.map((role) => [role, randomUUID()])) as Record<Role, string>;
  for (const role of ROLES) {
    const who = { user_id: people[role], email: emailOf(role, project_id), role };
    // The second factor is there to be taken away.
    const totp_enabled_at = role === 'operator' ? now : null;
    const account = { status: 'active', language: 'en', password_hash: null, totp_enabled_at };
    await add('users', { ...who, ...account, project_id: 'HEARST-000' });
    await add('user_project_access', who);
    await add('user_project_access', { ...who, project_id: secondOf(project_id) });
  }
  const sessionId = randomUUID();
  const times = { created_at: now, last_seen_at: now, expires_at: now };
  const session = { session_id: sessionId, token_hash: randomBytes(32), user_id: people.viewer };
  await add('sessions', { ...session, ...times, project_id: 'HEARST-000' });
  const keyId = randomBytes(6).toString('hex');
  const key = { key_id: keyId, token_hash: randomBytes(32), project_ids: [project_id] };
  await add('api_keys', { ...key, role: 'viewer', verbs: ['read'] });
  const entry = { actor_kind: 'system', action: 'project.create', target_type: 'project', target_id: project_id };
  const hashes = { previous_hash: Buffer.alloc(32), hash: Buffer.alloc(32) };
  await add('activity_logs', { ...entry, ...hashes, seq: 1, before: null });
  return { people, sessionId, keyId };
}

/** A tenant's other project, which holds nothing. */
export function secondOf(project: string): string {
  return project.replace(/1$/, '2');
}

/** The address of a tenant's person of a role. */
export function emailOf(role: Role, project: string): string {
  return `${role}@${project.toLowerCase()}.example.com`;
}
