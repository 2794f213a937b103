import { expect, it } from 'vitest';
import { comparedItems, pickedOf, toggled } from './picked.ts';

it('chooses and gives up one after the other, and leaves nothing behind', () => {
  const one = toggled(undefined, 'QATAR-C03');
  const two = toggled(one, 'QATAR-C07');
  expect(pickedOf(two)).toEqual(['QATAR-C03', 'QATAR-C07']);
  expect(toggled(two, 'QATAR-C03')).toBe('QATAR-C07');
  expect(toggled('QATAR-C07', 'QATAR-C07')).toBeUndefined();
});

it('takes six at most, and still gives them up', () => {
  const six = 'A-C1,A-C2,A-C3,A-C4,A-C5,A-C6';
  expect(toggled(six, 'A-C7')).toBe(six);
  expect(pickedOf(toggled(six, 'A-C2'))).toHaveLength(5);
});

it('compares the project itself where no container is chosen', () => {
  expect(comparedItems('QATAR-001', [])).toBe('project:QATAR-001');
  expect(comparedItems('QATAR-001', ['QATAR-C03'])).toBe('container:QATAR-001/QATAR-C03');
});
