import { writeSync } from 'node:fs';
import { systemClock } from '../../agent/src/clock.ts';
import { Outbox } from '../../agent/src/outbox/outbox.ts';
import { containerFrame, framesBatch, MINUTE, NOON, Recorder } from './outbox.ts';

/**
 * A process that works on an outbox until a fail point kills it, telling on standard output what it was
 * promised: `appended SEQ...` after each append and `confirmed SEQ...` after each confirm, both by a
 * synchronous write, so that every line stands for something that had returned.
 *
 *     node outbox-child.ts FOLDER MAX_BYTES RETAIN_MS STEPS
 */
const [folder = '', maxBytes = '0', retainMs = '0', steps = '0'] = process.argv.slice(2);
let movedMs = 0;
const clock = { ...systemClock, mono: () => systemClock.mono() + movedMs };
const outbox = Outbox.open({
  folder,
  maxBytes: Number(maxBytes),
  ballastBytes: 0,
  clock,
  boot: '0d9f4a5e-7c0e-4d6c-9a52-0b1f6a3c1d10',
  project: 'QATAR-001',
  log: new Recorder().log,
  retainMs: Number(retainMs),
});
const say = (text: string): void => {
  writeSync(1, `${text}\n`);
};
say(`outbox ${outbox.id}`);
for (let step = 0; step < Number(steps); step++) {
  movedMs += 2 * MINUTE;
  const at = NOON + step * MINUTE;
  try {
    const seqs = outbox.append([1, 2, 3].map((c) => framesBatch([containerFrame(c, at, 100)])));
    say(`appended ${seqs.join(' ')}`);
    if (step % 4 === 3)
      say(`confirmed ${outbox.confirm(outbox.id, [[seqs[0] as number, seqs[1] as number]]).join(' ')}`);
  } catch (error) {
    say(`refused ${(error as { code?: string }).code ?? String(error)}`);
  }
}
outbox.close();
