import type { World } from '../harness/world.ts';

interface ProjectContainers {
  data: {
    hashrate_th: number | null;
    power_consumption_kw: number | null;
    miners_active: number | null;
    age_s: number | null;
  }[];
}

/** One line about what flows: miners, hashrate, power, age of the oldest container, and what waits at the agent. */
export async function statusLine(world: World, expected: number): Promise<string> {
  const { data } = await world.api<ProjectContainers>('/api/projects/QATAR-001/containers');
  const known = data.filter((container) => container.hashrate_th !== null);
  const sum = (of: (container: ProjectContainers['data'][number]) => number | null) =>
    known.reduce((total, container) => total + (of(container) ?? 0), 0);
  const oldest = Math.max(0, ...known.map((container) => container.age_s ?? 0));
  const { outbox } = await world.agentStatus<{ outbox: { batches: number } }>();
  return [
    new Date().toISOString().slice(11, 19),
    `${known.length}/${expected} containers`,
    `${sum((container) => container.miners_active).toLocaleString('en')} miners`,
    `${(sum((container) => container.hashrate_th) / 1e6).toFixed(3)} EH/s`,
    `${(sum((container) => container.power_consumption_kw) / 1000).toFixed(2)} MW`,
    `oldest ${Math.round(oldest)} s`,
    `${outbox.batches} batches to send`,
  ].join('  ');
}
