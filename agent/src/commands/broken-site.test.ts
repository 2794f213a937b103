import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePorts } from '../../../test/harness/ports.ts';
import { until } from '../../../test/harness/until.ts';
import { type Clock, systemClock } from '../clock.ts';
import { SiteFileError } from '../config/fault.ts';
import { untilMended } from './broken-site.ts';
import { openSite } from './site.ts';
import { aSurroundings } from './testing.ts';

const SOUND = 'version: 1\nsite: { project: QATAR-001 }\ncontainers: []\n';
const BROKEN = `${SOUND}metres: []\n`;
const log = pino({ level: 'silent' });
/** Fifty times as quick. */
const clock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 50, signal) };

let folder: string;
let stop: AbortController;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'broken-'));
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  rmSync(folder, { recursive: true, force: true });
});

function faultOf(work: () => unknown): SiteFileError {
  try {
    work();
  } catch (error) {
    if (error instanceof SiteFileError) return error;
  }
  throw new Error('the site file is sound');
}

it('shows its faults on the local page until the file is mended, then hands over the site', async () => {
  const file = join(folder, 'agent.yaml');
  writeFileSync(file, BROKEN);
  const [port = 0] = await freePorts(1);
  const surroundings = aSurroundings(folder, { environment: { HEARST_LOCAL_PORT: String(port) } });
  const mended = untilMended(
    surroundings,
    faultOf(() => openSite(surroundings)),
    { clock, log, signal: stop.signal },
  );
  const get = (path: string, accept = '*/*') => fetch(`http://127.0.0.1:${port}${path}`, { headers: { accept } });
  const page = await until(async () => (await get('/', 'text/html')).text(), { withinMs: 10_000 });
  expect(page).toMatch(/E1201 {2}metres is not a key of the site file/);
  expect(await (await get('/')).text()).toContain('Did you mean meters?');
  expect([(await get('/healthz')).status, (await get('/readyz')).status]).toEqual([200, 503]);
  writeFileSync(file, `${BROKEN}outpost: 1\n`);
  await until(async () => (await (await get('/problems.json')).text()).includes('outpost'), { withinMs: 10_000 });
  writeFileSync(file, SOUND);
  expect((await mended)?.site.project).toBe('QATAR-001');
  await expect(get('/')).rejects.toThrow(); // the agent's own page takes the port now
});

it('ends when it is told to stop', async () => {
  writeFileSync(join(folder, 'agent.yaml'), BROKEN);
  const surroundings = aSurroundings(folder, { environment: { HEARST_LOCAL_PORT: '0' } });
  const mended = untilMended(
    surroundings,
    faultOf(() => openSite(surroundings)),
    { clock, log, signal: stop.signal },
  );
  stop.abort();
  expect(await mended).toBeNull();
});
