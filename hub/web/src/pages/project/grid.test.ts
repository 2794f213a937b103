import { expect, it } from 'vitest';
import type { Container } from '../../api/containers.ts';
import { countsOf, groupsOf, matching, placeOf, tilesOf } from './grid.ts';
import { quantityOf, SHADES, shadesOf } from './quantities.ts';
import { searchOf, type View, viewOf } from './view.ts';

const container = (number: number, more: Partial<Container> = {}): Container =>
  ({
    container_id: `QATAR-C${String(number).padStart(2, '0')}`,
    name: null,
    transformer_id: `QATAR-T${String(Math.ceil(number / 2)).padStart(2, '0')}`,
    status: 'active',
    freshness: 'fresh',
    hashrate_th: 100,
    hashrate_expected_th: 100,
    power_consumption_kw: 1.2,
    miners_active: 300,
    miners_expected: 308,
    temp_supply_c: 35,
    temp_return_c: 45,
    metadata: {},
    ...more,
  }) as Container;

const FLEET = [
  container(3, { hashrate_th: 80 }),
  container(1, { freshness: 'late' }),
  container(2, { status: 'critical', hashrate_th: 0 }),
  container(10, { hashrate_th: null, transformer_id: null }),
];
const USUAL: View = viewOf({});
const names = (view: Partial<View>) =>
  groupsOf(tilesOf(FLEET, 'QATAR-001', USUAL), { ...USUAL, ...view }).map(({ key, tiles }) => [
    key,
    tiles.map(({ name }) => name).join(' '),
  ]);

it('tiles stand by name, or the worst first, or by value, what is unknown last', () => {
  expect(names({})).toEqual([[null, 'C01 C02 C03 C10']]);
  expect(names({ sort: 'worst' })).toEqual([[null, 'C02 C01 C03 C10']]);
  expect(names({ sort: 'high' })).toEqual([[null, 'C01 C03 C02 C10']]);
  expect(names({ sort: 'low' })).toEqual([[null, 'C02 C03 C01 C10']]);
});

it('groups by transformer and by status, those of none last', () => {
  expect(names({ group: 'transformer' })).toEqual([
    ['QATAR-T01', 'C01 C02'],
    ['QATAR-T02', 'C03'],
    [null, 'C10'],
  ]);
  expect(names({ group: 'status' })).toEqual([
    ['critical', 'C02'],
    ['stale', 'C01'],
    ['normal', 'C03 C10'],
  ]);
});

it('rows of the plan stand in their order, containers in them from left to right', () => {
  const planned = [
    container(1, { metadata: { plan: { x: 2, y: 10 } } }),
    container(2, { metadata: { plan: { x: 1, y: 10 } } }),
    container(3, { metadata: { plan: { x: 1, y: 2 } } }),
    container(4, { metadata: { plan: 'somewhere' } }),
  ];
  const groups = groupsOf(tilesOf(planned, 'QATAR-001', USUAL), { ...USUAL, group: 'row' });
  expect(groups.map(({ key, tiles }) => [key, tiles.map(({ name }) => name)])).toEqual([
    ['2', ['C03']],
    ['10', ['C02', 'C01']],
    [null, ['C04']],
  ]);
  expect(placeOf(container(1))).toBeNull();
});

it('filters by text and by status, and counts before the latter', () => {
  const tiles = matching(tilesOf(FLEET, 'QATAR-001', USUAL), { filter: ' c0' });
  expect([...countsOf(tiles)].toSorted()).toEqual([
    ['critical', 1],
    ['normal', 1],
    ['stale', 1],
  ]);
  expect(groupsOf(tiles, { ...USUAL, statuses: ['critical'] })[0]?.tiles.map(({ name }) => name)).toEqual(['C02']);
});

it.each([
  ['hashrate', 100],
  ['delta', 10],
  ['efficiency', 12],
  ['down', 8],
] as const)('%s of a container', (fill, value) => {
  expect(quantityOf(fill).value(container(1))).toBeCloseTo(value);
});

it.each(['hashrate', 'power', 'supply', 'delta', 'flow', 'efficiency', 'down'] as const)(
  '%s is unknown where nothing was told, never zero',
  (fill) => {
    const silent = container(1, {
      ...{ hashrate_th: null, power_consumption_kw: null, miners_active: null },
      ...{ temp_supply_c: null, temp_return_c: null, flow_m3h: null },
    });
    expect(quantityOf(fill).value(silent)).toBeNull();
    expect(quantityOf(fill).shown(null).value).toBe('–');
  },
);

it('colours hold every value between round ends', () => {
  const shades = shadesOf([33.4, null, 46.9], 4)!;
  expect([shades.low, shades.high]).toEqual([30, 55]);
  expect([shades.of(33.4), shades.of(46.9)]).toEqual([0, 3]);
  expect(shadesOf([35, 35.1], 4)!.of(35.1)).toBeLessThan(SHADES - 1);
  expect(shadesOf([null], 4)).toBeNull();
});

it('a view stands in the address, what is usual does not', () => {
  const view: View = { ...USUAL, fill: 'flow', statuses: ['critical', 'stale'], filter: 'c1' };
  const search = searchOf(view);
  expect(Object.entries(search).filter(([, value]) => value !== undefined)).toEqual([
    ['fill', 'flow'],
    ['filter', 'c1'],
    ['status', 'critical,stale'],
  ]);
  expect(viewOf({ fill: 'flow', filter: 'c1', status: 'critical,stale' })).toEqual(view);
  expect(viewOf({ fill: 'nonsense' }).fill).toBe('status');
});
