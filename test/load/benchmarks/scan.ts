import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { canSwallow, inOwnNamespace } from '../../sim/swallow.ts';
import { atMost, type Benchmark, type BenchmarkContext, forReference, type Result } from '../benchmark.ts';
import { Worker } from '../worker.ts';
import type { ScanWorkerOptions, Swept } from '../workers/scan.ts';

async function run({ folder, say }: BenchmarkContext): Promise<Result[]> {
  const own = canSwallow();
  const sweep = async (task: 'site' | 'silence', containers: number): Promise<Swept> => {
    const options: ScanWorkerOptions = { folder: join(folder, task), containers };
    mkdirSync(options.folder);
    const worker = await Worker.start('scan', options, own ? inOwnNamespace : undefined);
    try {
      const swept = await worker.ask<Swept>(task);
      const { ms, addresses, identified, expected, late } = swept;
      say(
        `${task}: ${addresses} addresses in ${(ms / 1000).toFixed(1)} s, ${identified} of ${expected} identified, ${late} by the second look`,
      );
      return swept;
    } finally {
      await worker.stop();
    }
  };
  const missing = ({ expected, identified }: Swept): number => expected - identified;
  const site = await sweep('site', 58);
  const results = [
    atMost('scan: a site of 17,864 miners, swept and identified', site.ms / 1000, 's', 60),
    atMost('scan: of these not found, 1 % answering after 2 s', missing(site), 'devices', 0),
    forReference('scan: of these found by the second look', site.late, 'devices'),
  ];
  if (!own) {
    say('no root or no nftables: a /16 cannot be silenced');
    return results;
  }
  const silence = await sweep('silence', 1);
  return [
    ...results,
    atMost('scan: a /16 with 308 miners, silent elsewhere', silence.ms / 60_000, 'min', 10),
    atMost('scan: of these not found', missing(silence), 'devices', 0),
  ];
}

const scan: Benchmark = {
  name: 'scan',
  about: 'sweep and identification, both ports of an address at once: the addresses of a full site, and a silent /16',
  run,
};
export default scan;
