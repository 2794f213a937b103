import { type Benchmark, type BenchmarkContext, forReference, median, type Result } from '../benchmark.ts';
import { cpuOfTree } from '../cpu.ts';
import { withHubDatabase } from '../hub-database.ts';
import { SiteProcess } from '../simulated-site.ts';
import { Worker } from '../worker.ts';
import type { IngestOptions, IngestRound } from '../workers/ingest.ts';

/** Containers: one, Qatar, a million miners. */
const HUB_SIZES = [1, 58, 3247];
const AGENT_SIZES = [1, 58];
const ROUNDS = 3;
/** Frames ingested, and miners polled, in one round, at least. */
const FRAMES = 1200;
const POLLS = 17_864;
const FLAT = 1.2;

interface Cost {
  size: number;
  us: number;
}

async function hubCosts(folder: string, say: (line: string) => void): Promise<Cost[]> {
  return withHubDatabase(folder, async (url, server) => {
    const costs: Cost[] = [];
    for (const [i, containers] of HUB_SIZES.entries()) {
      const count = Math.ceil(FRAMES / containers);
      const options: IngestOptions = {
        ...{ url, project: `QATAR-${String(i + 1).padStart(3, '0')}`, containers, perMessage: 1, lane: 'live' },
        ...{ polls: count * (ROUNDS + 1) + 2, connections: 3, meters: false },
      };
      const ingest = await Worker.start('ingest', options);
      const rounds: number[] = [];
      try {
        await ingest.ask<IngestRound>('round', Math.max(2, Math.ceil(count / 2)));
        for (let round = 0; round < ROUNDS; round++) {
          const before = cpuOfTree(server.pid ?? 0);
          const { cpuUs, readings } = await ingest.ask<IngestRound>('round', count);
          const postgresUs = cpuOfTree(server.pid ?? 0) - before;
          rounds.push((cpuUs + postgresUs) / readings);
          say(
            `${containers} containers: hub ${(cpuUs / readings).toFixed(2)} µs, Postgres ${(postgresUs / readings).toFixed(2)} µs per reading`,
          );
        }
      } finally {
        await ingest.stop();
      }
      costs.push({ size: containers, us: median(rounds) });
    }
    return costs;
  });
}

async function agentCosts(folder: string, say: (line: string) => void): Promise<Cost[]> {
  const costs: Cost[] = [];
  for (const containers of AGENT_SIZES) {
    const site = await SiteProcess.start({ folder, containers });
    const agent = await Worker.start('agent-poll', { folder, siteFile: site.siteFile });
    const rounds: number[] = [];
    try {
      const sweeps = Math.ceil(POLLS / (containers * 308));
      await agent.ask('sweep', sweeps);
      for (let round = 0; round < ROUNDS; round++) rounds.push(await agent.ask<number>('sweep', sweeps));
    } finally {
      await agent.stop();
      await site.stop();
    }
    costs.push({ size: containers * 308, us: median(rounds) });
    say(`${containers * 308} miners: agent ${rounds.map((us) => us.toFixed(0)).join(', ')} µs per poll`);
  }
  return costs;
}

/** The dearest size against the cheapest. */
function flat(name: string, costs: readonly Cost[], unit: string): Result[] {
  const all = costs.map((cost) => cost.us);
  const ratio = Math.max(...all) / Math.min(...all);
  return [
    {
      name: `${name}: dearest size / cheapest`,
      value: Math.max(...all),
      unit,
      limit: null,
      ratio,
      target: `ratio <= ${FLAT}`,
      met: ratio <= FLAT,
    },
    ...costs.map(({ size, us }) => forReference(`${name}: ${size.toLocaleString('en')}`, us, unit)),
  ];
}

async function run({ folder, say }: BenchmarkContext): Promise<Result[]> {
  return [
    ...flat('cost-flat: hub and Postgres, containers', await hubCosts(folder, say), 'µs/reading'),
    ...flat('cost-flat: agent, miners', await agentCosts(folder, say), 'µs/poll'),
  ];
}

const costFlat: Benchmark = {
  name: 'cost-flat',
  about:
    'CPU per reading of ingest (hub and Postgres) at 1, 58 and 3,247 containers, of the agent at 308 and 17,864 miners',
  run,
};
export default costFlat;
