import pg from 'pg';
// times each message of the hub, printed when asked
const orig = pg.Client.prototype.query as any;
const seen = new Map<string, { n: number; ms: number }>();
(pg.Client.prototype as any).query = function (...a: any[]) {
  const t = performance.now();
  const text = typeof a[0] === 'string' ? a[0] : a[0].text;
  const r = orig.apply(this, a);
  if (r?.then) r.then(() => { const s = seen.get(text) ?? { n: 0, ms: 0 }; s.n++; s.ms += performance.now() - t; seen.set(text, s); }, () => {});
  return r;
};
const { Database } = await import('../../hub/src/db/client.ts');
const { createApp } = await import('../../hub/src/http/app.ts');
const { Readiness } = await import('../../hub/src/http/readiness.ts');
const { KeyFile } = await import('../../hub/src/keys.ts');
const { LiveFeed } = await import('../../hub/src/live/feed.ts');
const { createLog } = await import('../../hub/src/log.ts');
const { Monitoring } = await import('../../hub/src/monitoring/monitoring.ts');
import { readFileSync } from 'node:fs';
import { containerOf, projectOf } from '../load/company.ts';
const url = readFileSync('/tmp/serve-hist.log', 'utf8').split('\n').find((l) => l.startsWith('postgres'))!;
const key = readFileSync('/tmp/hist.key', 'utf8').trim();
const log = createLog('silent');
const database = await Database.open({ url, log });
const app = createApp({
  config: { proxy: false, publicUrl: null, requireTotp: false, requestLimits: false, tls: null },
  api: database.api, keys: await KeyFile.open('/tmp/histkeys'), mqttUrl: 'mqtt://127.0.0.1:1883', readiness: new Readiness([]),
  live: new LiveFeed({ log, now: Date.now }), monitoring: new Monitoring('0.0.0'), dashboard: null, version: '0.0.0', log, now: Date.now,
} as any);
const M = 'hashrate_ths,power_kw,temp_supply_c,temp_return_c,temp_chip_c';
const kind = process.argv[2] ?? 'container', range = process.argv[3] ?? '24h';
const path = (i: number) => kind === 'container' ? `/api/metrics/container/${containerOf((i % 20) + 1, 1)}` : `/api/metrics/project/${projectOf((i % 20) + 1)}`;
const ask = async (i: number) => { const r = await app.request(`http://x${path(i)}?range=${range}&metrics=${M}`, { headers: { authorization: `Bearer ${key}` } }, { incoming: { socket: { remoteAddress: '127.0.0.1' } } } as any); if (r.status !== 200) throw new Error(await r.text()); await r.text(); };
for (let i = 0; i < 40; i++) await ask(i);
seen.clear();
const c0 = process.cpuUsage(), t0 = performance.now();
for (let i = 0; i < 600; i++) await ask(i);
const c = process.cpuUsage(c0);
console.log('per answer ms', (performance.now() - t0) / 200, 'hub cpu ms', (c.user + c.system) / 200e3);
for (const [text, { n, ms }] of seen) console.log((ms / n).toFixed(2), n, text.replace(/\s+/g, ' ').slice(0, 120));
process.exit(0);
