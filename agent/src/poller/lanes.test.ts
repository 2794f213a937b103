import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { Lanes } from './lanes.ts';
import { Pace } from './pace.ts';

test('a lane that never runs empty keeps none of the requests it is through with', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const pace = new Pace({ ceiling: 1, slowMs: 1000 });
  const lanes = new Lanes({ clock: systemClock, pace, giveUpMs: 60_000 });
  const last = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const readings: WeakRef<object>[] = [];
  // Always late: a new request comes in with every one that begins.
  const submit = (): void => {
    const reading = { number: readings.length };
    readings.push(new WeakRef(reading));
    lanes.submit('fast', async () => {
      if (reading.number < 5000) submit();
      else {
        last.resolve();
        await end.promise;
      }
    });
  };
  for (let i = 0; i < 10; i++) submit();
  await last.promise;
  // What a WeakRef points to lives at least until the present task is over.
  await systemClock.sleep(0);
  collect();
  expect(lanes.load().fast).toEqual({ running: 1, waiting: 9 });
  expect(readings.filter((reading) => reading.deref() !== undefined).length).toBeLessThan(100);
  end.resolve();
});
