import { expect, it } from 'vitest';
import type { Alert } from '../api/alerts.ts';
import { newCausesIn, stillIn } from './new-causes.ts';

const alert = (id: number, suppressed_by: number | null = null, silenced_until: string | null = null): Alert =>
  ({ id, suppressed_by, silenced_until }) as Alert;
const idsOf = (alerts: readonly Alert[]): number[] => alerts.map(({ id }) => id);

it('what stands there at first is no news', () => {
  expect(newCausesIn([alert(1), alert(2)], undefined)).toEqual([]);
});

it('after an empty list the first alert is news', () => {
  expect(idsOf(newCausesIn([alert(1)], 0))).toEqual([1]);
});

it('only what came since is told, and only causes', () => {
  expect(idsOf(newCausesIn([alert(5), alert(4, 3), alert(3), alert(2)], 2))).toEqual([5, 3]);
});

it('what was acknowledged, is over, or is explained meanwhile is there no more', () => {
  expect(idsOf(stillIn([alert(1), alert(2), alert(3)], [alert(2), alert(3, 2)]))).toEqual([2]);
});

it('what is silenced is neither told nor goes on being told, until its silence is over', () => {
  const soon = new Date(Date.now() + 60_000).toISOString();
  const past = new Date(Date.now() - 60_000).toISOString();
  expect(idsOf(newCausesIn([alert(3, null, soon), alert(2, null, past)], 1))).toEqual([2]);
  expect(idsOf(stillIn([alert(1), alert(2)], [alert(1, null, soon), alert(2)]))).toEqual([2]);
});
