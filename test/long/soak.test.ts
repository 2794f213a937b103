import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { soak } from './soak/soak.ts';

/**
 * What four hours of Qatar at a poll a minute do to the programs, in forty minutes of a poll every ten seconds: 240
 * polls either way. HEARST_SOAK_MINUTES=1680 is a week of such polls; the least that tells anything is 3.
 */
const MINUTES = Number(process.env.HEARST_SOAK_MINUTES ?? 40);
const POLL_S = 10;

describe('the whole of Qatar', () => {
  it(`runs for ${MINUTES} minutes and holds no more at the end`, { timeout: (MINUTES + 15) * 60_000 }, async () => {
    using folder = temporaryFolder('soak');
    const { broken, ledger } = await soak({
      folder: folder.path,
      minutes: MINUTES,
      containers: 58,
      pollSeconds: POLL_S,
      say: console.log,
    });
    expect(broken).toEqual([]);
    expect(ledger).toMatchObject({ lost: 0, invented: 0, twice: 0, misplaced: 0, quarantined: 0 });
    expect(ledger.stored).toBe(ledger.accepted);
  });

  it.each([
    ['memory', /^agent, alive: rises by/],
    ['descriptors', /^agent, descriptors: \d+ at the end/],
  ] as const)('is found out when the agent leaks %s', { timeout: 10 * 60_000 }, async (leak, told) => {
    using folder = temporaryFolder('soak');
    const found = await soak({
      folder: folder.path,
      minutes: 2,
      containers: 2,
      pollSeconds: 1,
      leak,
      say: console.log,
    });
    expect(found.broken).toContainEqual(expect.stringMatching(told));
  });
});
