import { expect, it } from 'vitest';
import type { Agent } from '../../api/agents.ts';
import { arrivalOf, healthOf, ordered, versionOf } from './health.ts';

const SEEN = '2026-11-26T22:00:00.000Z';

function agent(part: Partial<Agent>): Agent {
  return {
    ...{ project_id: 'QATAR-001', agent_id: 'a', name: 'edge-1', status: 'active', state: 'online' },
    ...{ last_seen_at: SEEN, age_s: 5, program: 'hearst-agent/0.1.0', clock: 'synced', clock_offset_ms: 3 },
    ...{
      depth_batches: 0,
      depth_bytes: 0,
      oldest_at: null,
      doctor: null,
      duplicates: 0,
      containers_count: 58,
      created_at: SEEN,
      updated_at: SEEN,
    },
    ...part,
  };
}

it('whether an agent is believed comes before whether it is heard', () => {
  expect(healthOf(agent({ status: 'revoked' }))).toBe('revoked');
  expect(healthOf(agent({ status: 'quarantined' }))).toBe('quarantined');
});

it('tells one that fell silent from one that never spoke', () => {
  expect(healthOf(agent({ state: 'unknown' }))).toBe('silent');
  expect(healthOf(agent({ state: 'unknown', last_seen_at: null }))).toBe('awaited');
  expect([healthOf(agent({})), healthOf(agent({ state: 'offline' }))]).toEqual(['online', 'offline']);
});

it('puts the worst first, revoked ones last', () => {
  const names = ordered([
    agent({ name: 'gone', status: 'revoked' }),
    agent({ name: 'b' }),
    agent({ name: 'a' }),
    agent({ name: 'lost', state: 'offline' }),
  ]).map(({ name }) => name);
  expect(names).toEqual(['lost', 'a', 'b', 'gone']);
});

it('waits for an agent that was not there before, until the hub has heard it', () => {
  const before = new Set(['a']);
  expect(arrivalOf([agent({})], before, '')).toEqual({ stage: 'waiting' });
  const fresh = agent({ agent_id: 'b', name: 'edge-2', last_seen_at: null });
  expect(arrivalOf([agent({}), fresh], before, 'edge-2')).toEqual({ stage: 'enrolled', agent: fresh });
  const heard = { ...fresh, last_seen_at: SEEN };
  expect(arrivalOf([agent({}), heard], before, '')).toEqual({ stage: 'reported', agent: heard });
});

it('another agent that came meanwhile is not taken for the one that was named', () => {
  expect(arrivalOf([agent({ agent_id: 'b', name: 'edge-9' })], new Set(), 'edge-2')).toEqual({ stage: 'waiting' });
});

it('of the program only the version is told', () => {
  expect([versionOf({ program: 'hearst-agent/0.1.0' }), versionOf({ program: null })]).toEqual(['0.1.0', null]);
});
