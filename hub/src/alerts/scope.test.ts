import { describe, expect, it } from 'vitest';
import { covers, silencedUntil } from './scope.ts';
import { Topology } from './topology.ts';

const AGENT = '11111111-1111-4111-8111-111111111111';
const topology = new Topology('ONE-001', [
  { containerId: 'ONE-C01', transformerId: 'ONE-T01', agentId: AGENT },
  { containerId: 'ONE-C010', transformerId: 'ONE-T02', agentId: null },
]);
const alert = (
  target_type: 'project' | 'agent' | 'transformer' | 'container' | 'miner' | 'global',
  target_id: string,
) => ({
  target_type,
  target_id,
  rule_id: 'hot',
});
const EVERYTHING = {
  project: alert('project', 'ONE-001'),
  agent: alert('agent', AGENT),
  transformer: alert('transformer', 'ONE-T01'),
  container: alert('container', 'ONE-C01'),
  miner: alert('miner', 'ONE-C01-M001'),
  'other transformer': alert('transformer', 'ONE-T02'),
  'other container': alert('container', 'ONE-C010'),
  'other miner': alert('miner', 'ONE-C010-M001'),
  unknown: alert('miner', 'ONE-C99-M001'),
  global: alert('global', ''),
};

describe('a silence', () => {
  it.each([
    ['project', 'ONE-001', Object.keys(EVERYTHING).filter((name) => name !== 'global')],
    ['agent', AGENT, ['agent', 'transformer', 'container', 'miner']],
    ['transformer', 'ONE-T01', ['transformer', 'container', 'miner']],
    ['container', 'ONE-C01', ['container', 'miner']],
    ['miner', 'ONE-C01-M001', ['miner']],
    ['global', '', ['global']],
  ] as const)('of a %s covers what is or stands below it', (target_type, target_id, names) => {
    const covered = Object.entries(EVERYTHING).filter(([, one]) => covers({ target_type, target_id }, one, topology));
    expect(covered.map(([name]) => name)).toEqual(names);
  });

  it.each([
    [null, true],
    ['hot', true],
    ['cold', false],
  ])('of the rule %s', (rule_id, is) => {
    const silence = { target_type: 'container', target_id: 'ONE-C01', rule_id } as const;
    expect(covers(silence, EVERYTHING.miner, topology)).toBe(is);
  });
});

it('an alert is silent until the last of the silences ends that cover it and have begun', () => {
  const silence = (from: number, to: number, target_id = 'ONE-C01') =>
    ({ target_type: 'container', target_id, rule_id: null, starts_at: new Date(from), ends_at: new Date(to) }) as const;
  const until = (now: number) =>
    silencedUntil(
      EVERYTHING.container,
      [silence(10, 20), silence(12, 30), silence(0, 90, 'ONE-C010'), silence(40, 50)],
      topology,
      new Date(now),
    );
  expect([9, 10, 12, 29, 30, 40, 50].map((now) => until(now)?.getTime() ?? null)).toEqual([
    null,
    20,
    30,
    30,
    null,
    50,
    null,
  ]);
});
