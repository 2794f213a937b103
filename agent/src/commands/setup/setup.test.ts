import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credential } from '@hearst/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SiteFileError } from '../../config/fault.ts';
import { saveCredential } from '../../credential.ts';
import { credentialPath } from '../../link.ts';
import { CommandFailure, type Outcome, type Surroundings } from '../command.ts';
import type { ReadLine } from './asking.ts';
import { type SetupFlags, setup } from './setup.ts';

let folder: string;
let said: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'setup-'));
  said = '';
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const around = (more: Partial<Surroundings>): Surroundings => ({
  environment: {},
  config: undefined,
  data: join(folder, 'data'),
  ...{ quiet: false, verbose: false, json: false, yes: false, interactive: false },
  terminal: {
    out: () => undefined,
    err: (text) => {
      said += text;
    },
    paint: (_colour, text) => text,
    ...{ unicode: false, screen: false, live: false, columns: 80 },
  },
  ...more,
});

async function outcomeOf(
  flags: Partial<SetupFlags>,
  more: Partial<Surroundings> = {},
  read: ReadLine = async () => null,
): Promise<Outcome> {
  const nothing = { token: undefined, hub: undefined, name: undefined, siteFile: undefined, service: false };
  const all = { ...nothing, answers: {}, newSiteFile: false, ...flags };
  try {
    return await setup(around(more), all, null, read);
  } catch (error) {
    if (error instanceof CommandFailure) return error.outcome;
    throw error;
  }
}
const codesOf = async (flags: Partial<SetupFlags>) => {
  const { code, problems } = await outcomeOf(flags);
  return [code, ...problems.map((problem) => problem.code)];
};

/** A site of one miner that is not there, with its table beside it. */
function prepared(
  text = 'containers: [{ id: QATAR-C01, miners: 1, addresses: { file: tables/c01.csv }, port: 1 }]\n',
): string {
  mkdirSync(join(folder, 'usb/tables'), { recursive: true });
  mkdirSync(join(folder, 'usb/profiles'), { recursive: true });
  writeFileSync(join(folder, 'usb/tables/c01.csv'), 'container,position,ip\nQATAR-C01,1,127.77.0.1\n');
  writeFileSync(join(folder, 'usb/site.yaml'), `version: 1\nsite: { project: QATAR-001 }\n${text}`);
  return join(folder, 'usb/site.yaml');
}

function enrolled(project: string): void {
  const credential: Credential = {
    ...{ agent: '11111111-1111-4111-8111-111111111111', project, secret: 's'.repeat(43), hmac_key: 'k'.repeat(43) },
    ...{ hub: 'http://127.0.0.1:1', mqtt: 'mqtt://127.0.0.1:1' },
  } as Credential;
  saveCredential(credentialPath(join(folder, 'data')), credential);
}

test('what it cannot do without, each told with its next step', async () => {
  expect(await codesOf({})).toEqual([2, 'E2408']);
  expect(await codesOf({ answers: { networks: '10.0.0.0/40', 'place-by': 'later' } })).toEqual([2, 'E2410']);
  expect(await codesOf({ answers: { networks: '127.77.0.1', 'place-by': 'later' } })).toEqual([2, 'E2402']);
  const later = { networks: '127.77.0.1', 'place-by': 'later' } as const;
  expect(await codesOf({ token: 'T', answers: later })).toEqual([2, 'E1501']);
  expect(await codesOf({ siteFile: prepared() })).toEqual([2, 'E2402']);
  enrolled('AQUA-001');
  expect(await codesOf({})).toEqual([78, 'E2403']);
});

test('takes the site file with its tables into its place; a broken one changes nothing', async () => {
  await outcomeOf({ siteFile: prepared() });
  const place = join(folder, 'data/agent.yaml');
  const before = readFileSync(place, 'utf8');
  expect(existsSync(join(folder, 'data/tables/c01.csv'))).toBe(true);
  await expect(outcomeOf({ siteFile: prepared('containers: [{ id: C01 }]\n') })).rejects.toThrow(SiteFileError);
  expect(readFileSync(place, 'utf8')).toBe(before);
  await outcomeOf({ siteFile: prepared('containers: []\n') });
  expect(readFileSync(`${place}.before`, 'utf8')).toBe(before);
});

test('a person is asked for hub and token; a hub that is away is told, and Ctrl-C ends it', async () => {
  const typed = ['', 'http://127.0.0.1:1', ' token '];
  const read = async (prompt: string): Promise<string | null> => {
    said += `${prompt}\n`;
    return typed.shift() ?? null;
  };
  const away = await outcomeOf({}, { interactive: true }, read);
  expect([away.code, away.problems[0]?.code, typed]).toEqual([69, 'E1506', []]);
  expect(said).toMatch(/Where is the hub\?.*Which one-time token\?/s);
  const left = await outcomeOf({}, { interactive: true }, read);
  expect([left.code, left.problems[0]?.code]).toEqual([130, 'E2407']);
});

test('answers beside a site file that they did not make are not passed over', async () => {
  await outcomeOf({ siteFile: prepared() });
  expect(await codesOf({ answers: { networks: '127.77.0.1' } })).toEqual([2, 'E2413']);
  expect(await codesOf({ siteFile: prepared(), answers: { containers: '3' } })).toEqual([2, 'E2413']);
  expect(await codesOf({ answers: { networks: '127.77.0.1' }, newSiteFile: true })).toEqual([2, 'E2408']);
  const state = { version: 1, started_at: 'T', token: null, discovery: null, plan: null, finished_at: null };
  const made = { run: 'T', answers: { networks: '127.77.0.1' } };
  writeFileSync(join(folder, 'data/setup.json'), JSON.stringify({ ...state, made }));
  expect(await codesOf({ answers: { networks: '127.77.0.1' }, newSiteFile: true })).toEqual([2, 'E2402']);
  expect(await codesOf({ answers: { networks: '127.77.0.2' } })).toEqual([2, 'E2413']);
});

test('sweeps, and waits for a yes that nobody can give here; what was found stays', async () => {
  prepared();
  enrolled('QATAR-001');
  expect(await codesOf({ siteFile: join(folder, 'usb/site.yaml') })).toEqual([2, 'E2404']);
  expect(said).toContain('0 miners placed - 1 absent');
  expect(JSON.parse(readFileSync(join(folder, 'data/inventory.json'), 'utf8'))).toMatchObject({
    ranges: ['127.77.0.1'],
  });
  said = '';
  expect(await codesOf({})).toEqual([2, 'E2404']);
  expect(said).toContain('swept before');
  expect(Math.max(...said.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(said).toMatch(/^[\n -~]*$/); // ASCII where the locale is
});
