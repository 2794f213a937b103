import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SiteFileError } from '../config/fault.ts';
import { BARE_STATS } from '../drivers/cgminer/testing/fake-miner.ts';
import type { CommandFailure, Outcome } from './command.ts';
import { configCheck, configShow } from './config.ts';
import { aSurroundings } from './testing.ts';

let folder: string;
let miner: Server;
let port: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
  miner = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(`${BARE_STATS}\0`));
  }).listen(0, '127.66.2.1');
  await once(miner, 'listening');
  port = (miner.address() as AddressInfo).port;
});
afterAll(() => {
  miner.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The first container has a miner that answers, the second none. */
const site = (more = ''): string => `version: 1
site: { project: QATAR-001 }
poll: { timeout: 500ms }
containers:
  - { id: QATAR-C01, miners: 1, range: 127.66.2.1, port: ${port} }
  - { id: QATAR-C02, miners: 2, range: 127.66.3.1-127.66.3.2, port: ${port} }
${more}`;

function around(text: string, environment: NodeJS.ProcessEnv = {}) {
  writeFileSync(join(folder, 'agent.yaml'), text);
  return aSurroundings(folder, { environment });
}
const levelsOf = ({ data }: Outcome) => (data as { levels: unknown }).levels;
const failure = async (work: Promise<unknown>): Promise<Outcome> =>
  (
    await work.then(
      () => expect.fail('well'),
      (error: CommandFailure) => error,
    )
  ).outcome;

it('always says which levels were checked', async () => {
  const syntax = await configCheck(around(site('metres: []\n')), 'syntax');
  expect([syntax.code, syntax.text]).toEqual([
    0,
    expect.stringContaining('syntax ok, schema not checked, network not checked, devices not checked'),
  ]);
  const schema = await failure(configCheck(around(site('metres: []\n')), 'schema'));
  expect([schema.code, schema.diagnosis]).toEqual([
    78,
    expect.stringMatching(/E1201[\s\S]*levels checked: syntax ok, schema failed, network not checked/),
  ]);
  const notation = await failure(configCheck(around('a: [\n'), 'syntax'));
  expect([notation.code, levelsOf(notation)]).toEqual([
    78,
    { syntax: 'failed', schema: 'not_checked', network: 'not_checked', device: 'not_checked' },
  ]);
});

it('at the level of the network tries the way to the hub', async () => {
  const outcome = await configCheck(around(site('hub: { url: "http://127.0.0.1:9" }\n')), 'network');
  expect(levelsOf(outcome)).toEqual({ syntax: 'ok', schema: 'ok', network: 'failed', device: 'not_checked' });
  expect(outcome).toMatchObject({ code: 3, problems: [{ code: 'E3407', next: 'curl -v http://127.0.0.1:9/healthz' }] });
});

it('at the level of devices takes one real reading of each container', async () => {
  const outcome = await configCheck(around(site()), 'device');
  const devices = outcome.problems.filter(({ code }) => code.startsWith('E2'));
  expect(levelsOf(outcome)).toMatchObject({ device: 'failed' });
  expect(devices).toMatchObject([
    { code: 'E2101', what: expect.stringMatching(/none of 2 miners tried[\s\S]*QATAR-C02/) },
  ]);
});

it('shows where each setting comes from', () => {
  const { data } = configShow(around(site(), { HEARST_LOCAL_PORT: '9090' }), true);
  const { origins } = data as { origins: { key: string; value: string; from: string; place: string | null }[] };
  const of = (key: string) => origins.find((origin) => origin.key === key);
  expect(of('poll.timeout')).toEqual({ key: 'poll.timeout', value: '500ms', from: 'file', place: 'line 3' });
  expect(of('poll.interval')).toMatchObject({ value: '60s', from: 'default', place: null });
  expect(of('local.port')).toMatchObject({ value: '9090', from: 'environment', place: 'HEARST_LOCAL_PORT' });
  expect(of('--data')).toMatchObject({ value: folder, from: 'flag' });
});

it.each([
  ['mode: control\n', 'E1216', /only watches/],
  ['local: { listen: 10.20.0.5 }\n', 'E1202', /local\.code is missing/],
  ['local: { listen: 0.0.0.0, code: "file:/x" }\n', 'E1203', /site's network/],
  ['local: { listen: 8.8.8.8, code: "file:/x" }\n', 'E1203', /site's network/],
])('%s is refused', (line, code, words) => {
  try {
    configShow(around(site(line)), false);
    expect.fail('taken');
  } catch (error) {
    expect((error as SiteFileError).faults).toMatchObject([{ code, what: expect.stringMatching(words) }]);
  }
});

it('mode: monitor is what it is without a word, and can be said', () => {
  expect(() => configShow(around(site('mode: monitor\n')), false)).not.toThrow(SiteFileError);
});
