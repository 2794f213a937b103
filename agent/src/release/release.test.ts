import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { CommandFailure, type Outcome, type Surroundings } from '../commands/command.ts';
import { aSurroundings } from '../commands/testing.ts';
import { type UpdateOptions, update } from '../commands/update.ts';
import type { Host } from '../service/host.ts';
import type { StatusReport } from '../status/report.ts';
import { troubleOf } from './health.ts';
import { Installation } from './installation.ts';
import { readJournal, writeJournal } from './journal.ts';
import { isSigned, offersIn } from './signed-list.ts';
import { applySwitch } from './switcher.ts';

/** What needs a real machine (packages, units, a real switch) is in test/packaging. */

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const PEM = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const SUM = 'a'.repeat(64);

let folder: string;
let installation: Installation;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  installation = new Installation(join(folder, 'opt'));
  addVersion('0.9.0');
  installation.switchTo('0.9.0');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function addVersion(version: string): void {
  mkdirSync(installation.folder(version), { recursive: true });
  writeFileSync(join(installation.folder(version), 'release-key.pem'), PEM);
}

/** A machine that only writes down what is done to it. */
function machine(more: Partial<Host> = {}) {
  const ran: string[] = [];
  const host: Host = {
    isRoot: () => true,
    hasSystemd: () => true,
    exists: () => true,
    write: (path) => void ran.push(`write ${path}`),
    remove: (path) => void ran.push(`remove ${path}`),
    run: (...words) => {
      ran.push(words.join(' '));
      return { code: 0, output: 'active' };
    },
    ...more,
  };
  return { host, ran };
}

/** A folder with a signed list, as a release has it. */
function releaseOf(files: Record<string, string>, signer = privateKey): string {
  const place = join(folder, 'usb');
  mkdirSync(place, { recursive: true });
  let list = '';
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(place, name), content);
    list += `${createHash('sha256').update(content).digest('hex')}  ${name}\n`;
  }
  writeFileSync(join(place, 'SHA256SUMS'), list);
  writeFileSync(join(place, 'SHA256SUMS.sig'), sign(null, Buffer.from(list), signer));
  return place;
}

const ask = (options: UpdateOptions, more: Partial<Surroundings> = {}): Promise<Outcome> =>
  update(aSurroundings(folder, more), { host: machine().host, installation, ...options }).catch((error: unknown) => {
    if (error instanceof CommandFailure) return error.outcome;
    throw error;
  });
const codeOf = async (options: UpdateOptions) => {
  const { code, problems } = await ask(options);
  return [code, problems[0]?.code];
};
const archive = (version: string, arch: string = process.arch): string =>
  `hearst-agent-${version}-linux-${arch}.tar.gz`;

describe('the signed list', () => {
  it('is believed as it was signed, by that key, and not otherwise', () => {
    const list = Buffer.from('list');
    const signature = sign(null, list, privateKey);
    expect(isSigned(list, signature, PEM)).toBe(true);
    expect(isSigned(Buffer.from('List'), signature, PEM)).toBe(false);
    expect(isSigned(list, signature.subarray(1), PEM)).toBe(false);
    expect(isSigned(list, sign(null, list, generateKeyPairSync('ed25519').privateKey), PEM)).toBe(false);
  });

  it('offers archives for this machine, newest first, and no path', () => {
    const names = ['0.9.0', '0.10.0'].map((version) => `${SUM}  ${archive(version, 'x64')}`);
    const others = [`${SUM}  ${archive('0.11.0', 'arm64')}`, `${SUM}  hearst-agent-../x-linux-x64.tar.gz`, 'words'];
    expect(offersIn([...names, ...others].join('\n'), 'x64').map(({ version }) => version)).toEqual([
      '0.10.0',
      '0.9.0',
    ]);
  });
});

describe('update', () => {
  it('says what is offered, and changes nothing with --check and --dry-run', async () => {
    const from = releaseOf({ [archive('0.10.0')]: 'x', [archive('0.9.0')]: 'y' });
    expect((await ask({ from, check: true })).data).toMatchObject({ current: '0.9.0', offered: '0.10.0' });
    expect((await ask({ from, dryRun: true })).text).toContain('would go from 0.9.0 to 0.10.0');
    expect((await ask({ from, to: '0.9.0' })).text).toContain('runs already');
    expect(installation.versions()).toEqual(['0.9.0']);
  });

  it('refuses what is not signed, not whole, not listed or does not run, and leaves nothing behind', async () => {
    const from = releaseOf({ [archive('0.10.0')]: 'no archive' });
    expect(await codeOf({ from })).toEqual([1, 'E1915']);
    expect(await codeOf({ from, to: '0.11.0' })).toEqual([1, 'E1914']);
    writeFileSync(join(from, archive('0.10.0')), 'cut');
    expect(await codeOf({ from: join(from, archive('0.10.0')) })).toEqual([77, 'E1914']);
    releaseOf({ [archive('0.10.0')]: 'x' }, generateKeyPairSync('ed25519').privateKey);
    expect(await codeOf({ from })).toEqual([77, 'E1913']);
    expect(await codeOf({ from: join(folder, 'nowhere') })).toEqual([69, 'E1912']);
    expect(installation.versions()).toEqual(['0.9.0']);
    expect(readJournal(installation.root)).toBeNull();
  });

  it('needs root, an installation, and no other update', async () => {
    expect(await codeOf({ from: '.', host: machine({ isRoot: () => false }).host })).toEqual([77, 'E1802']);
    expect(await codeOf({ from: '.', installation: null })).toEqual([1, 'E1911']);
    expect(await codeOf({ rollback: true })).toEqual([1, 'E1918']);
    journal('watching');
    expect(await codeOf({ from: '.' })).toEqual([75, 'E1917']);
  });
});

function journal(state: 'switching' | 'watching', watched = true): void {
  writeJournal(installation.root, { from: '0.9.0', to: '0.10.0', state, reason: null, watched, within_s: 0.01 });
}

describe('the helper', () => {
  it.each(['switching', 'watching'] as const)(
    'started again after a power cut while %s: watches, goes back',
    async (state) => {
      addVersion('0.10.0');
      if (state === 'watching') installation.switchTo('0.10.0');
      journal(state);
      const { host, ran } = machine();
      const ended = await applySwitch(host, installation, folder, systemClock);
      expect(ended).toMatchObject({ state: 'went_back', reason: 'it does not run, or was never ready' });
      expect(installation.current()).toBe('0.9.0');
      expect(ran.filter((line) => line.includes('restart'))).toHaveLength(state === 'switching' ? 2 : 1);
      expect(ran).toContain('remove /etc/systemd/system/hearst-agent-update.service');
      // Nothing is begun twice.
      expect(await applySwitch(host, installation, folder, systemClock)).toEqual(ended);
    },
  );

  it('does not start a service that was stopped; keeps this version and the one before', async () => {
    for (const version of ['0.8.0', '0.10.0']) addVersion(version);
    journal('switching', false);
    const { host, ran } = machine();
    expect(await applySwitch(host, installation, folder, systemClock)).toMatchObject({ state: 'kept' });
    expect(ran.filter((line) => line.includes('restart'))).toEqual([]);
    expect(installation.versions()).toEqual(['0.10.0', '0.9.0']);
    expect(readFileSync(join(installation.root, 'current', 'release-key.pem'), 'utf8')).toBe(PEM);
  });
});

it('is healthy when that version polls and keeps what it reads, whatever the line to the hub does', () => {
  const good = { program: 'hearst-agent/0.10.0', ready: true, outbox: {}, problems: ['hub: offline'] };
  const trouble = (change: object) => troubleOf({ ...good, ...change } as StatusReport, '0.10.0');
  expect(trouble({})).toBeNull();
  expect(trouble({ program: 'hearst-agent/0.9.0' })).toContain('0.9.0');
  expect(trouble({ ready: false })).toContain('no poll');
  expect(trouble({ outbox: null })).toContain('outbox');
});
