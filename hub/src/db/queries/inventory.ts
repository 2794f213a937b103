import type { InventoryBody } from '@hearst/protocol';
import { minerIdOf } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import type { BatchKey } from './ingest-keys.ts';
import { type Machine, MOVED, SWAPPED } from './miner-whereabouts.ts';

/** What a slot was known to hold and what it holds now. */
export interface SlotChange {
  readonly position: number;
  /** The fields in which the two differ, all of them known; empty where something was learnt of which nothing was known. */
  readonly was: Identity;
  readonly is: Identity;
  /** Serial and MAC, before and now, and whether that is a machine of which nothing told before. */
  readonly before: Machine;
  readonly now: Machine;
  readonly isNewMachine: boolean;
}
type Identity = Readonly<Partial<Record<(typeof IDENTITY)[number], string>>>;
const IDENTITY = ['serial', 'mac', 'model', 'firmware'] as const;

/** Codes of the events that tell of changed slots; their data hold the `positions` they tell of. */
export const HARDWARE_CHANGED = 'miner.hardware_changed';
export const FIRMWARE_CHANGED = 'miner.firmware_changed';

/**
 * What an agent's site file and devices say about its containers. The agent owns model, serial, MAC, IP, firmware and
 * the number of slots; people own name, transformer, layout and metadata: those are filled when still empty, and
 * never overwritten. Strings come sanitised. Answers the slots whose hardware or firmware is another one than was known,
 * and those of which the machine was learnt.
 */
export async function upsertInventory(
  client: ClientBase,
  inventory: InventoryBody,
  key: BatchKey,
): Promise<SlotChange[]> {
  const { project, container, miners } = inventory;
  await addTransformers(client, inventory);
  if (container) await upsertContainer(client, project, container, key.agentId);
  const changes =
    container && miners.length > 0 ? await upsertMiners(client, project, container.container, miners, key) : [];
  for (const meter of inventory.meters)
    await client.query(
      `insert into meters as m (project_id, meter_id, transformer_id, profile, address) values ($1, $2, $3, $4, $5)
       on conflict (project_id, meter_id) do update set transformer_id = coalesce(m.transformer_id, excluded.transformer_id),
         profile = coalesce(excluded.profile, m.profile), address = coalesce(excluded.address, m.address), updated_at = now()`,
      [project, meter.meter, meter.transformer, meter.profile, meter.address],
    );
  return changes;
}

/** Every transformer that is named anywhere, with its rating where it is told. */
async function addTransformers(client: ClientBase, inventory: InventoryBody): Promise<void> {
  const rated = new Map<string, number | null>();
  if (inventory.container?.transformer) rated.set(inventory.container.transformer, null);
  for (const meter of inventory.meters) if (meter.transformer) rated.set(meter.transformer, null);
  for (const transformer of inventory.transformers) rated.set(transformer.transformer, transformer.rated_kva);
  if (rated.size === 0) return;
  const sorted = [...rated].sort(([a], [b]) => (a < b ? -1 : 1));
  await client.query(
    `insert into transformers as t (project_id, transformer_id, rated_kva)
     select $1, n.id, n.kva from unnest($2::text[], $3::double precision[]) n (id, kva)
     on conflict (project_id, transformer_id) do update set rated_kva = coalesce(t.rated_kva, excluded.rated_kva)`,
    [inventory.project, sorted.map(([id]) => id), sorted.map(([, kva]) => kva)],
  );
}

async function upsertContainer(
  client: ClientBase,
  project: string,
  container: NonNullable<InventoryBody['container']>,
  agentId: string,
): Promise<void> {
  await client.query(
    `insert into containers as c (project_id, container_id, transformer_id, model, layout, miners_expected, has_cooling, agent_id)
     values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8)
     on conflict (project_id, container_id) do update set
       transformer_id = coalesce(c.transformer_id, excluded.transformer_id), model = coalesce(excluded.model, c.model),
       layout = coalesce(c.layout, excluded.layout), miners_expected = excluded.miners_expected,
       has_cooling = excluded.has_cooling, agent_id = coalesce(c.agent_id, excluded.agent_id), updated_at = now()`,
    [
      project,
      container.container,
      container.transformer,
      container.model,
      container.layout && JSON.stringify(container.layout),
      container.expected_miners,
      container.has_cooling,
      agentId,
    ],
  );
}

type Slot = InventoryBody['miners'][number];

/**
 * Fields that are null stay as they are known, and slots that say nothing new are not written. The newest batches of an
 * agent come first and its backlog behind them: where a later one of the same outbox told of a change already, an earlier
 * one only fills what is not known.
 */
async function upsertMiners(
  client: ClientBase,
  project: string,
  container: string,
  miners: readonly Slot[],
  key: BatchKey,
): Promise<SlotChange[]> {
  const slots = [...new Map(miners.map((miner) => [miner.position, miner])).values()].sort(
    (a, b) => a.position - b.position,
  );
  const known = await knownSlots(client, project, container, slots);
  const outdated = await positionsToldLater(client, project, container, key);
  const news = slots.flatMap((slot) => {
    const before = known.get(slot.position);
    const told = outdated.left.has(slot.position) ? { ...slot, serial: null, mac: null } : slot;
    const now = before === undefined ? told : joined(before, told, outdated.changed.has(slot.position));
    return before !== undefined && FIELDS.every((field) => now[field] === before[field]) ? [] : [now];
  });
  if (news.length === 0) return [];
  // Compared as they are stored: serials and addresses have one spelling there.
  return (await writeSlots(client, project, container, news)).flatMap((now) => {
    const before = known.get(now.position);
    const differ = before ? IDENTITY.filter((field) => before[field] !== null && before[field] !== now[field]) : [];
    const machine = { before: machineOf(before), now: machineOf(now) };
    const isNewMachine =
      (now.serial !== null && now.serial !== machine.before.serial) ||
      (now.mac !== null && now.mac !== machine.before.mac);
    if (differ.length === 0 && !isNewMachine) return [];
    const was = before ? only(before, differ) : {};
    return [{ position: now.position, was, is: only(now, differ), ...machine, isNewMachine }];
  });
}

const machineOf = (slot: Machine | undefined): Machine => ({ serial: slot?.serial ?? null, mac: slot?.mac ?? null });

const FIELDS = [...IDENTITY, 'ip'] as const;

/** What is told in place of what is known, or, where that came later, only where nothing is. */
function joined(known: Slot, told: Slot, isOutdated: boolean): Slot {
  const [first, second] = isOutdated ? [known, told] : [told, known];
  const fields = FIELDS.map((field) => [field, first[field] ?? second[field]] as const);
  return { ...told, ...Object.fromEntries(fields) };
}

async function knownSlots(
  client: ClientBase,
  project: string,
  container: string,
  slots: readonly Slot[],
): Promise<Map<number, Slot>> {
  const { rows } = await client.query<Slot>({
    name: 'miners_identity',
    text: `select position, serial, mac, model, firmware, ip from miners
      where project_id = $1 and miner_id = any ($2::text[])`,
    values: [project, slots.map(({ position }) => minerIdOf(container, position))],
  });
  return new Map(rows.map((row) => [row.position, row]));
}

/** Positions of which a later batch of the same outbox has told a change, and those that a machine has left by it. */
async function positionsToldLater(
  client: ClientBase,
  project: string,
  container: string,
  { agentId, outboxId, seq }: BatchKey,
): Promise<{ changed: Set<number>; left: Set<number> }> {
  const { rows } = await client.query<{ positions: number[] | null; left: string | null }>({
    name: 'agent_events_changed_later',
    text: `select data -> 'positions' as positions, null as left from agent_events
      where project_id = $1 and agent_id = $2 and outbox_id = $3 and seq > $4 and coalesce(data ->> 'container', subject) = $5
        and code in ('${HARDWARE_CHANGED}', '${FIRMWARE_CHANGED}', '${MOVED}', '${SWAPPED}')
      union all
      select null, data ->> 'from' from agent_events
      where project_id = $1 and agent_id = $2 and outbox_id = $3 and seq > $4 and code = '${MOVED}'
        and starts_with(data ->> 'from', $5 || '-M')`,
    values: [project, agentId, outboxId, seq, container],
  });
  return {
    changed: new Set(rows.flatMap(({ positions }) => positions ?? [])),
    left: new Set(rows.flatMap(({ left }) => (left === null ? [] : Number(left.slice(container.length + 2))))),
  };
}

/** In the order of positions, as all who write miners do; answers them as they are stored. */
async function writeSlots(
  client: ClientBase,
  project: string,
  container: string,
  slots: readonly Slot[],
): Promise<Slot[]> {
  const column = (field: keyof Slot) => slots.map((slot) => slot[field]);
  const { rows } = await client.query<Slot>(
    `insert into miners as m (project_id, miner_id, container_id, position, model, serial, mac, ip, firmware)
     select $1, n.id, $2, n.position, n.model, n.serial, n.mac, n.ip, n.firmware
       from unnest($3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
         n (id, position, model, serial, mac, ip, firmware)
     on conflict (project_id, miner_id) do update set model = coalesce(excluded.model, m.model),
       serial = coalesce(excluded.serial, m.serial), mac = coalesce(excluded.mac, m.mac), ip = coalesce(excluded.ip, m.ip),
       firmware = coalesce(excluded.firmware, m.firmware), updated_at = now()
     returning m.position, m.serial, m.mac, m.model, m.firmware, m.ip`,
    [
      project,
      container,
      slots.map(({ position }) => minerIdOf(container, position)),
      column('position'),
      column('model'),
      column('serial'),
      column('mac'),
      column('ip'),
      column('firmware'),
    ],
  );
  return rows.sort((a, b) => a.position - b.position);
}

function only(slot: Slot, fields: readonly (typeof IDENTITY)[number][]): Identity {
  return Object.fromEntries(fields.map((field) => [field, slot[field] ?? '']));
}
