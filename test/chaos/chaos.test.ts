import { describe, expect, it } from 'vitest';
import { hasMosquitto } from '../harness/mosquitto.ts';
import { needs } from '../harness/needs.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { type ChaosOptions, type ChaosResult, chaos } from './chaos.ts';

const SECONDS = 60;
/** Enough miners that a minute with gaps still gives well over 100,000 readings. */
const CONTAINERS = 16;
const READINGS = 106_000;
/** Three or four kinds by turns: each dies about seven times. */
const KILLS = 26;
const FULL = { seconds: SECONDS, readings: READINGS, kills: KILLS, containers: CONTAINERS };

async function run(options: Omit<ChaosOptions, 'folder' | 'say'>): Promise<ChaosResult> {
  using folder = temporaryFolder('chaos');
  const result = await chaos({ ...options, folder: folder.path });
  const { sent, accepted, stored, neverAccepted } = result.verdict;
  console.log(
    `chaos (${options.broker}): ${JSON.stringify({ kills: result.kills, duplicates: result.duplicates, sent, accepted, stored, neverAccepted })}`,
  );
  return result;
}

/** What a run must have been through to prove anything, and what must have come of it. */
function expectNothingLost({ verdict, kills, duplicates }: ChaosResult, victims: string[]): void {
  expect(verdict.lost).toEqual([]);
  expect(verdict.twice).toEqual([]);
  expect(verdict.wrong).toEqual([]);
  expect(verdict.quarantined).toBe(0);
  expect(Object.keys(kills).sort()).toEqual([...victims].sort());
  for (const count of Object.values(kills)) expect(count).toBeGreaterThanOrEqual(4);
  expect(Object.values(kills).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(25);
  expect(verdict.stored).toBeGreaterThanOrEqual(100_000);
  // A hub that dies with its broker takes what is under way along, and few batches are sent again that it has committed; a
  // broker that outlives the hub delivers them again.
  if (victims.includes('mosquitto')) expect(duplicates).toBeGreaterThanOrEqual(1);
}

describe('nothing is lost and nothing counted twice', { timeout: 600_000 }, () => {
  it('when agent, hub with its broker, and Postgres are killed at random', async () => {
    expectNothingLost(await run({ broker: 'embedded', ...FULL }), ['agent', 'hub', 'postgres']);
  });

  const skip = !needs(hasMosquitto, "Debian's mosquitto");
  it.skipIf(skip)('when the broker is Mosquitto and is killed as well', async () => {
    expectNothingLost(await run({ broker: 'mosquitto', ...FULL }), ['agent', 'hub', 'mosquitto', 'postgres']);
  });

  it('and the same run finds the loss when the hub acknowledges before it commits', async () => {
    const hubEnv = { HEARST_TEST: '1', HEARST_TEST_ACK_BEFORE_COMMIT: '300' };
    // By chance a hub may die with nothing between the two: then once more.
    for (let attempt = 1; attempt <= 3; attempt++) {
      const { verdict } = await run({ broker: 'embedded', seconds: 15, readings: 0, containers: CONTAINERS, hubEnv });
      if (verdict.lost.length > 0) return;
    }
    expect.fail('nothing was found lost in three runs');
  });
});
