import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Failpoint } from '@hearst/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bodyOf, testOutbox, waitingOf } from '../../../test/harness/outbox.ts';

const CHILD = new URL('../../../test/harness/outbox-child.ts', import.meta.url).pathname;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crash-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Told {
  appended: number[];
  confirmed: number[];
  refused: string[];
  signal: NodeJS.Signals | null;
}

function run(options: {
  failpoint?: string;
  maxBytes?: number;
  retainMs?: number;
  steps?: number;
  before?: string;
}): Told {
  const { maxBytes = 64e6, retainMs = 6 * 3_600_000, steps = 60 } = options;
  const args = [CHILD, folder, String(maxBytes), String(retainMs), String(steps)];
  const env = { ...process.env, HEARST_FAILPOINT: options.failpoint ?? '' };
  const child = options.before
    ? spawnSync('/bin/sh', ['-c', `${options.before}; exec "$0" "$@"`, process.execPath, ...args], {
        env,
        encoding: 'utf8',
      })
    : spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  const told: Told = { appended: [], confirmed: [], refused: [], signal: child.signal };
  for (const line of child.stdout.split('\n')) {
    const [what, ...rest] = line.split(' ');
    if (what === 'appended' || what === 'confirmed') told[what].push(...rest.filter(Boolean).map(Number));
    if (what === 'refused') told.refused.push(rest.join(' '));
  }
  if (child.status !== 0 && child.signal === null) throw new Error(child.stderr);
  return told;
}

/** What is in the file now: rows waiting, and what tombstones count. */
function look(): { waiting: number[]; buried: number; ranges: [number, number][] } {
  const kit = testOutbox({ folder });
  const all = waitingOf(kit.outbox);
  const stones = all.filter((batch) => batch.kind === 'tombstone').map((batch) => bodyOf(batch, 'tombstone'));
  const { outbox } = kit;
  expect(outbox.depth().batches).toBe(all.length);
  outbox.close();
  return {
    waiting: all.filter((batch) => batch.kind === 'frames').map((batch) => batch.seq),
    buried: stones.reduce((sum, stone) => sum + stone.batches, 0),
    ranges: stones.map((stone) => [stone.seq_from, stone.seq_to]),
  };
}

describe('killed by SIGKILL at each step: what was accepted is there, what was not is not half there', () => {
  test.each<[Failpoint, object]>([
    ['agent.append.before', {}],
    ['agent.append.inside', {}],
    ['agent.append.after', {}],
    ['agent.confirm.inside', {}],
    ['agent.confirm.after', {}],
    ['agent.prune.inside', { retainMs: 1000 }],
    ['agent.prune.after', { retainMs: 1000 }],
    ['agent.thin.inside', { maxBytes: 200 * 1024 }],
    ['agent.thin.after', { maxBytes: 200 * 1024 }],
  ])('%s (faults 1-5)', (failpoint, options) => {
    const told = run({ ...options, failpoint: `${failpoint}:2`, steps: 120 });
    expect(told.signal).toBe('SIGKILL');
    const { waiting, buried, ranges } = look();
    const confirmed = new Set(told.confirmed);
    const owed = told.appended.filter((seq) => !confirmed.has(seq));
    const missing = owed.filter((seq) => !waiting.includes(seq));
    const extra = waiting.filter((seq) => !owed.includes(seq));
    // An append that had not returned may be there or not, but whole; a confirm that had not, likewise.
    expect([0, 3]).toContain(extra.length);
    const inConfirm = failpoint.startsWith('agent.confirm');
    if (inConfirm)
      expect(missing.length === 0 || (failpoint === 'agent.confirm.after' && missing.length === 2)).toBe(true);
    else expect(buried).toBe(missing.length);
    for (const seq of inConfirm ? [] : missing)
      expect(ranges.some(([from, to]) => from <= seq && seq <= to)).toBe(true);
  });
});

test('a write error in the middle of a transaction: refused, nothing half written, later appends go on (31)', () => {
  // The shell limits the size of any file the child may write; the signal is ignored, so writes fail with EFBIG.
  const limited = run({ before: "trap '' XFSZ; ulimit -f 600", steps: 150, maxBytes: 64e6 });
  expect(limited.refused.length).toBeGreaterThan(0);
  expect(limited.signal).toBeNull();
  const { waiting, buried } = look();
  const owed = limited.appended.filter((seq) => !limited.confirmed.includes(seq));
  expect(owed.filter((seq) => !waiting.includes(seq)).length).toBe(buried);
  const again = run({ steps: 5 });
  expect(again.refused).toEqual([]);
  expect(again.appended).toHaveLength(15);
});
