import { expect, it } from 'vitest';
import { SeenAlerts } from './seen.ts';

function device(kept: string | null = null) {
  const held = { value: kept };
  return {
    held,
    getItem: () => held.value,
    setItem(_: string, value: string) {
      held.value = value;
    },
  };
}

it('what was seen is seen the next time too', () => {
  const keep = device();
  new SeenAlerts(keep).add(4, 7);
  expect([...new SeenAlerts(keep).ids()]).toEqual([4, 7]);
});

it('who listens hears of what is new, once', () => {
  const seen = new SeenAlerts(device());
  let heard = 0;
  seen.subscribe(() => heard++);
  seen.add(4);
  seen.add(4);
  expect(heard).toBe(1);
});

it('the oldest are forgotten', () => {
  const seen = new SeenAlerts(device());
  seen.add(...Array.from({ length: 1_200 }, (_, i) => i + 1));
  expect(seen.ids().size).toBe(1_000);
  expect(seen.ids().has(200)).toBe(false);
  expect(seen.ids().has(1_200)).toBe(true);
});

it.each(['{"a":1}', 'not json', '["x", 3, 1.5]'])('of %s only ids are taken', (kept) => {
  expect([...new SeenAlerts(device(kept)).ids()].every(Number.isSafeInteger)).toBe(true);
});

it('a device that keeps nothing works', () => {
  const seen = new SeenAlerts(undefined);
  seen.add(1);
  expect(seen.ids().has(1)).toBe(true);
});
