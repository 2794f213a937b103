import { insertProjectIfAbsent, type ProjectSeed } from './db/queries/projects.ts';
import type { UnsignedChange } from './http/change.ts';

/** The projects Hearst begins with. Figures are those of the sites' papers; containers and miners come from agents. */
export const PROJECTS: readonly ProjectSeed[] = [
  {
    projectId: 'QATAR-001',
    name: 'Hearst Qatar Mining',
    status: 'active',
    location: 'Qatar',
    timeZone: 'Asia/Qatar',
    coolingKind: 'hydro',
    plannedStart: null,
    totalContainers: 58,
    totalMiners: 17_864,
    targetHashrateEh: 8.45,
    targetPowerMw: 102.37,
    capexUsd: 143_800_000,
    metadata: {
      container_model: 'ANTSPACE HD5',
      miner_model: 'Antminer S21 XP Hydro',
      miners_per_container: 308,
      transformers: { count: 29, rated_kva: 3750, containers_each: 2 },
      grid: { voltage_kv: 132, transformers: '2 x 100 MVA', redundancy: 'N+1', ring_kv: 33 },
    },
  },
  {
    projectId: 'AQUA-001',
    name: 'Hearst Aquahash',
    status: 'planned',
    location: null,
    timeZone: 'UTC',
    coolingKind: 'immersion',
    plannedStart: 'Q2 2025',
    totalContainers: null,
    totalMiners: null,
    targetHashrateEh: null,
    targetPowerMw: null,
    capexUsd: null,
    metadata: {},
  },
];

/** Creates the first projects where they are missing; what exists stays as people have made it. Answers the new ids. */
export async function seedProjects({ client, include, record }: UnsignedChange): Promise<string[]> {
  const created: string[] = [];
  for (const project of PROJECTS) {
    if (!(await insertProjectIfAbsent(client, project))) continue;
    const { projectId: id, name, status } = project;
    await include(id);
    await record({ project: id, action: 'project.create', target: { type: 'project', id }, after: { name, status } });
    created.push(id);
  }
  return created;
}
