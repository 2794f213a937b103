import type { InventoryBody } from '@hearst/protocol';
import { minerIdOf } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import type { BatchKey } from './ingest-keys.ts';

/** What a slot was known to hold and what it holds now: the fields in which the two differ, all of them known. */
export interface SlotChange {
  readonly position: number;
  readonly was: Identity;
  readonly is: Identity;
}
type Identity = Readonly<Partial<Record<(typeof IDENTITY)[number], string>>>;
const IDENTITY = ['serial', 'mac', 'model', 'firmware'] as const;

/** Codes of the events that tell of changed slots; their data hold the `positions` they tell of. */
export const HARDWARE_CHANGED = 'miner.hardware_changed';
export const FIRMWARE_CHANGED = 'miner.firmware_changed';

/**
 * What an agent's site file and devices say about its containers. The agent owns model, serial, MAC, IP, firmware and
 * the number of slots; people own name, transformer, layout and metadata: those are filled when still empty, and
 * never overwritten. Strings come sanitised. Answers the slots whose hardware or firmware is another one than was known.
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

/**
 * Fields that are null stay as they are known. The newest batches of an agent come first and its backlog behind them:
 * where a later one of the same outbox told of a change already, an earlier one only fills what is not known.
 */
async function upsertMiners(
  client: ClientBase,
  project: string,
  container: string,
  miners: InventoryBody['miners'],
  key: BatchKey,
): Promise<SlotChange[]> {
  const bySlot = [...new Map(miners.map((miner) => [miner.position, miner])).values()];
  const column = (field: keyof (typeof bySlot)[number]) => bySlot.map((miner) => miner[field]);
  const { rows } = await client.query<{ position: number; was: SlotRow; is: SlotRow }>(
    `with told as (
       select n.*, exists (select from agent_events e where e.project_id = $1 and e.agent_id = $10 and e.outbox_id = $11
           and e.seq > $12 and e.subject = $2 and e.code in ('${HARDWARE_CHANGED}', '${FIRMWARE_CHANGED}')
           and e.data -> 'positions' @> to_jsonb(n.position)) as outdated
         from unnest($3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
           n (id, position, model, serial, mac, ip, firmware)),
     before as (select ${SLOT} from miners m join told n on m.miner_id = n.id where m.project_id = $1),
     after as (
       insert into miners as m (project_id, miner_id, container_id, position, model, serial, mac, ip, firmware)
       select $1, n.id, $2, n.position, coalesce(o.model, n.model), coalesce(o.serial, n.serial), coalesce(o.mac, n.mac),
         coalesce(o.ip, n.ip), coalesce(o.firmware, n.firmware)
         from told n left join miners o on n.outdated and o.project_id = $1 and o.miner_id = n.id
       on conflict (project_id, miner_id) do update set model = coalesce(excluded.model, m.model),
         serial = coalesce(excluded.serial, m.serial), mac = coalesce(excluded.mac, m.mac),
         ip = coalesce(excluded.ip, m.ip), firmware = coalesce(excluded.firmware, m.firmware), updated_at = now()
       returning ${SLOT})
     select a.position, to_jsonb(b) as was, to_jsonb(a) as is from after a join before b using (position)
      where b.serial <> a.serial or b.mac <> a.mac or b.model <> a.model or b.firmware <> a.firmware order by a.position`,
    [
      project,
      container,
      bySlot.map((miner) => minerIdOf(container, miner.position)),
      column('position'),
      column('model'),
      column('serial'),
      column('mac'),
      column('ip'),
      column('firmware'),
      key.agentId,
      key.outboxId,
      key.seq,
    ],
  );
  return rows.map(({ position, was, is }) => {
    const differ = IDENTITY.filter((field) => was[field] !== null && was[field] !== is[field]);
    return { position, was: only(was, differ), is: only(is, differ) };
  });
}

const SLOT = 'm.position, m.serial, m.mac, m.model, m.firmware';
type SlotRow = Readonly<Record<(typeof IDENTITY)[number], string | null>>;

function only(row: SlotRow, fields: readonly (typeof IDENTITY)[number][]): Identity {
  return Object.fromEntries(fields.map((field) => [field, row[field]]));
}
