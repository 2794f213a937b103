import type { InventoryBody } from '@hearst/protocol';
import { minerIdOf } from '@hearst/protocol';
import type { ClientBase } from 'pg';

/**
 * What an agent's site file and devices say about its containers. The agent owns model, serial, MAC, IP, firmware and
 * the number of slots; people own name, transformer, layout and metadata: those are filled when still empty, and
 * never overwritten. Strings come sanitised.
 */
export async function upsertInventory(client: ClientBase, inventory: InventoryBody, agentId: string): Promise<void> {
  const { project } = inventory;
  await addTransformers(client, inventory);
  if (inventory.container) await upsertContainer(client, project, inventory.container, agentId);
  if (inventory.container && inventory.miners.length > 0)
    await upsertMiners(client, project, inventory.container.container, inventory.miners);
  for (const meter of inventory.meters)
    await client.query(
      `insert into meters as m (project_id, meter_id, transformer_id, profile, address) values ($1, $2, $3, $4, $5)
       on conflict (project_id, meter_id) do update set transformer_id = coalesce(m.transformer_id, excluded.transformer_id),
         profile = coalesce(excluded.profile, m.profile), address = coalesce(excluded.address, m.address), updated_at = now()`,
      [project, meter.meter, meter.transformer, meter.profile, meter.address],
    );
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

/** Fields that are null stay as they are known. */
async function upsertMiners(
  client: ClientBase,
  project: string,
  container: string,
  miners: InventoryBody['miners'],
): Promise<void> {
  const bySlot = [...new Map(miners.map((miner) => [miner.position, miner])).values()];
  await client.query(
    `insert into miners as m (project_id, miner_id, container_id, position, model, serial, mac, ip, firmware)
     select $1, n.id, $2, n.position, n.model, n.serial, n.mac, n.ip, n.firmware
       from unnest($3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
         n (id, position, model, serial, mac, ip, firmware)
     on conflict (project_id, miner_id) do update set model = coalesce(excluded.model, m.model),
       serial = coalesce(excluded.serial, m.serial), mac = coalesce(excluded.mac, m.mac), ip = coalesce(excluded.ip, m.ip),
       firmware = coalesce(excluded.firmware, m.firmware), updated_at = now()`,
    [
      project,
      container,
      bySlot.map((miner) => minerIdOf(container, miner.position)),
      bySlot.map((miner) => miner.position),
      bySlot.map((miner) => miner.model),
      bySlot.map((miner) => miner.serial),
      bySlot.map((miner) => miner.mac),
      bySlot.map((miner) => miner.ip),
      bySlot.map((miner) => miner.firmware),
    ],
  );
}
