import { readFileSync, mkdirSync } from 'node:fs';
import { Worker } from '../load/worker.ts';
import { readAtOnce } from '../load/readers.ts';
import { containerOf, projectOf } from '../load/company.ts';
const lines = readFileSync('/tmp/serve-hist.log', 'utf8').split('\n');
const url = lines.find((l) => l.startsWith('postgres'))!;
const key = readFileSync('/tmp/hist.key', 'utf8').trim();
mkdirSync('/tmp/histkeys', { recursive: true });
const hub = await Worker.start('api', { url, folder: '/tmp/histkeys' });
const address = await hub.ask<string>('address');
const M = 'hashrate_ths,power_kw,temp_supply_c,temp_return_c,temp_chip_c';
const C: Record<string, (n: number) => string> = {
  project: (n) => `/api/metrics/project/${projectOf(n)}?`,
  container: (n) => `/api/metrics/container/${containerOf(n, 1)}?`,
};
const kind = process.argv[2] ?? 'container';
for (const range of ['24h', '30d', '1y']) {
  const paths = Array.from({ length: 20 }, (_, i) => `${C[kind]!(i + 1)}range=${range}&metrics=${M}`);
  await readAtOnce(address, key, paths, { readers: 8, count: 160 });
  for (const readers of [1, 8, 8]) {
    const r = await readAtOnce(address, key, paths, { readers, count: 200 });
    console.log(kind, range, 'readers', readers, r.p50.toFixed(1), r.p95.toFixed(1), r.bytes);
  }
}
await hub.stop?.();
process.exit(0);
