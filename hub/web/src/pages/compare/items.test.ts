import { expect, it } from 'vitest';
import { itemsOf, itemsText } from './items.ts';

const PROJECTS = [{ project_id: 'AQUA-001' }, { project_id: 'QATAR-001' }];
const C03 = { kind: 'container', id: 'QATAR-C03', projectId: 'QATAR-001' } as const;

it('reads what it writes', () => {
  const items = [{ kind: 'project', id: 'AQUA-001', projectId: 'AQUA-001' } as const, C03];
  expect(itemsText(items)).toBe('project:AQUA-001,container:QATAR-001/QATAR-C03');
  expect(itemsOf(itemsText(items), PROJECTS)).toEqual(items);
});

it('people may say it shortly, in whatever letters', () => {
  expect(itemsOf('project:qatar, container:qatar-c03', PROJECTS)).toEqual([
    { kind: 'project', id: 'QATAR-001', projectId: 'QATAR-001' },
    C03,
  ]);
});

it('what is not known, or no container, is left out; nothing stands there twice', () => {
  expect(itemsOf('project:nowhere,container:MARS-C01,container:QATAR-T01,miner:QATAR-C03-M001,,x', PROJECTS)).toEqual(
    [],
  );
  expect(itemsOf('container:QATAR-C03,container:QATAR-001/QATAR-C03', PROJECTS)).toEqual([C03]);
});

it('takes six at most', () => {
  const text = Array.from({ length: 9 }, (_, i) => `container:QATAR-C0${i}`).join(',');
  expect(itemsOf(text, PROJECTS)).toHaveLength(6);
});
