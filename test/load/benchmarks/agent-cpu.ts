import { type Benchmark, type BenchmarkContext, forReference, median, type Result, ratioAtMost } from '../benchmark.ts';
import { SiteProcess } from '../simulated-site.ts';
import { Worker } from '../worker.ts';

const ROUNDS = 5;
/** As many sockets at once as the agent uses at most. */
const PLACES = 256;

async function run({ folder, say }: BenchmarkContext): Promise<Result[]> {
  const site = await SiteProcess.start({ folder, containers: 58 });
  const { siteFile } = site;
  const agent = await Worker.start('agent-poll', { folder, siteFile });
  const bare = await Worker.start('bare-poll', { siteFile, places: PLACES });
  try {
    await agent.ask('sweep', 1);
    await bare.ask('sweep', 1);
    const costs: { agent: number; bare: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const cost = { agent: await agent.ask<number>('sweep', 1), bare: await bare.ask<number>('sweep', 1) };
      say(`agent ${cost.agent.toFixed(0)} µs, bare loop ${cost.bare.toFixed(0)} µs`);
      costs.push(cost);
    }
    const mine = median(costs.map((cost) => cost.agent));
    const peer = median(costs.map((cost) => cost.bare));
    return [
      ratioAtMost('agent-cpu: one miner poll', mine, peer, 'µs', 2),
      forReference('agent-cpu: bare socket and JSON.parse', peer, 'µs'),
    ];
  } finally {
    await Promise.all([agent.stop(), bare.stop()]);
    await site.stop();
  }
}

const agentCpu: Benchmark = {
  name: 'agent-cpu',
  about:
    'CPU of the agent (poller, driver, frame, outbox) per miner poll against a bare loop on the same replies; median of 5',
  run,
};
export default agentCpu;
