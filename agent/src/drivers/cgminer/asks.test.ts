import { afterEach, describe, expect, test } from 'vitest';
import { CgminerDriver } from './driver.ts';
import { type Answer, FakeMiner, INVALID_COMMAND } from './testing/fake-miner.ts';
import { type Manifest, manifests, readFixture } from './testing/fixtures.ts';

const STATS_ONLY = { summary: false, pools: false, version: false };
const START = { summary: false, pools: false, version: true };

let miner: FakeMiner | null = null;
afterEach(async () => {
  await miner?.stop();
  miner = null;
});

/** What a miner was asked, briefly: `stats+` is the newer style. */
function asked(): string[] {
  return (miner?.requests ?? []).map((request) => {
    const { command, new_api } = JSON.parse(request ?? '{}') as { command: string; new_api?: boolean };
    return new_api ? `${command}+` : command;
  });
}

/** A miner that answers as one case of a fixture does; `broken` goes first. */
async function start(definition: string, index = 0, broken: Record<string, Answer> = {}): Promise<CgminerDriver> {
  const { cases } = manifests([definition])[0] as Manifest;
  const replies = cases[index]?.replies ?? {};
  miner = await FakeMiner.start(({ command, newer }) => {
    const file = (newer ? replies[`${command}+`] : undefined) ?? replies[command];
    return broken[command] ?? (file === undefined ? INVALID_COMMAND : readFixture(definition, file));
  });
  return new CgminerDriver({ deadlineMs: 400, connectTimeoutMs: 400 });
}

describe('what a definition wants is asked, each command once', () => {
  test.each<[string, string[], string[]]>([
    ['antminer-s19', ['stats+', 'version'], ['stats']],
    ['antminer-s21', ['stats+', 'version'], ['stats+']],
    ['luxos', ['stats+', 'power', 'version', 'config'], ['stats', 'power']],
    ['avalon-1246', ['stats+', 'version'], ['stats']],
    [
      'whatsminer',
      ['stats+', 'stats', 'summary', 'devs', 'get_version', 'devdetails', 'get_miner_info'],
      ['summary', 'devs'],
    ],
    [
      'braiins',
      ['stats+', 'stats', 'summary', 'devs', 'temps', 'fans', 'version', 'devdetails'],
      ['summary', 'devs', 'temps', 'fans'],
    ],
    ['bfgminer', ['stats+', 'summary', 'version'], ['summary']],
    ['cgminer', ['stats+', 'summary', 'version'], ['stats', 'summary']],
  ])('%s: %j at the start, then %j', async (definition, first, then) => {
    const driver = await start(definition);
    await driver.read(miner!.address, START);
    expect(asked()).toEqual(first);
    const reading = await driver.read(miner!.address, STATS_ONLY);
    expect(asked().slice(first.length)).toEqual(then);
    expect(reading.definition).toBe(definition);
  });

  test('the extras go along with their own polls; what `summary` told is not asked for twice', async () => {
    const driver = await start('whatsminer');
    await driver.read(miner!.address, START);
    const before = asked().length;
    await driver.read(miner!.address, { summary: true, pools: true, version: false });
    expect(asked().slice(before)).toEqual(['summary', 'devs', 'pools']);
  });

  test('whether it sleeps is asked only of one that does not hash', async () => {
    const driver = await start('whatsminer', 2);
    expect((await driver.read(miner!.address, STATS_ONLY)).status).toBe('sleeping');
    expect(asked()).toContain('status');
  });

  test('what is wrong is asked only of one that says that something is', async () => {
    const driver = await start('antminer-s21-plus-hyd', 1);
    const ask = { ...STATS_ONLY, summary: true };
    expect((await driver.read(miner!.address, ask)).errors).toEqual(['P:1', 'R:1']);
    expect(asked()).toEqual(['stats+', 'summary+', 'warning+']);
    expect(await driver.read(miner!.address, STATS_ONLY)).not.toHaveProperty('errors');
  });

  test('half of the codes are not told as if they were all', async () => {
    const driver = await start('antminer-s21-plus-hyd', 1, { warning: (socket) => socket.destroy() });
    const reading = await driver.read(miner!.address, { ...STATS_ONLY, summary: true });
    expect(reading).not.toHaveProperty('errors');
    expect(reading.missed).toEqual([{ command: 'warning', code: 'closed' }]);
  });
});

describe('what does not come', () => {
  test('a command of every poll that is refused is not asked again before the next start', async () => {
    const driver = await start('luxos', 0, { power: INVALID_COMMAND });
    const { missed, values } = await driver.read(miner!.address, STATS_ONLY);
    expect(missed).toEqual([{ command: 'power', code: 'unsupported' }]);
    expect(values.power_w).toBeNull();
    await driver.read(miner!.address, STATS_ONLY);
    await driver.read(miner!.address, START);
    expect(asked()).toEqual(['stats+', 'power', 'stats', 'stats+', 'power', 'version', 'config']);
  });

  test('after one that stays silent no other is asked: a reading costs one deadline, not six', async () => {
    const driver = await start('braiins', 0, { temps: () => {} });
    const began = performance.now();
    const { missed, status } = await driver.read(miner!.address, { summary: true, pools: true, version: true });
    expect(performance.now() - began).toBeLessThan(800);
    expect(status).toBe('hashing');
    expect(missed).toEqual([
      { command: 'stats', code: 'unsupported' },
      { command: 'temps', code: 'timeout' },
    ]);
    expect(asked()).toEqual(['stats+', 'stats', 'summary', 'devs', 'temps']);
  });

  test('the first command must come; refused, the address is looked at anew the next time', async () => {
    const replies: Record<string, Answer> = {};
    const driver = await start('braiins', 0, replies);
    await driver.read(miner!.address, STATS_ONLY);
    replies.summary = INVALID_COMMAND;
    replies.stats = readFixture('antminer-s9', 'stats.json');
    await expect(driver.read(miner!.address, STATS_ONLY)).rejects.toMatchObject({ code: 'unsupported' });
    expect((await driver.read(miner!.address, STATS_ONLY)).definition).toBe('antminer-s9');
  });
});
