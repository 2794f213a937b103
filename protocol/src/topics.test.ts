import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from './errors.ts';
import { DOWN, decodeJsonMessage, encodeMessage, parseTopic, topics, UP } from './topics.ts';

const AGENT = '0b8f6c1e-5f0e-4a57-9f5e-3b1d2c4a5e6f';

describe('topics', () => {
  it('parse to what they were built from', () => {
    for (const name of UP) expect(parseTopic(topics.up(AGENT, name))).toEqual({ direction: 'up', agent: AGENT, name });
    for (const name of DOWN)
      expect(parseTopic(topics.down(AGENT, name))).toEqual({ direction: 'down', agent: AGENT, name });
    expect(parseTopic(topics.hubState(AGENT))).toEqual({ direction: 'hub', hub: AGENT });
  });

  it.each([
    '',
    '#',
    '$SYS/broker/uptime',
    topics.upFilter,
    topics.downFilter(AGENT),
    `${topics.up(AGENT, 'live')}/more`,
    `hearst/v2/${AGENT}/up/live`,
    `hearst/v1/${AGENT}/up/command`,
    `hearst/v1/${AGENT.toUpperCase()}/up/live`,
    'hearst/v1/hub/not-an-id/state',
    `hearst/v1/../up/live`,
  ])('refuse %s', (topic) => {
    expect(() => parseTopic(topic)).toThrow(ProtocolError);
  });

  it('refuse any other text', () => {
    fc.assert(
      fc.property(fc.string(), (topic) => {
        expect(() => parseTopic(topic)).toThrow(ProtocolError);
      }),
    );
  });
});

describe('the small messages', () => {
  it('round-trip, and are refused when they are something else', () => {
    const state = { state: 'online' as const, hub: AGENT, hub_epoch: null };
    expect(decodeJsonMessage('state', Buffer.from(encodeMessage('state', state)))).toEqual(state);
    expect(() => decodeJsonMessage('state', Buffer.from('{"state":"asleep"}'))).toThrow(/state/);
    expect(() => decodeJsonMessage('hello', Buffer.alloc(100_000, 0x20))).toThrow(/at most/);
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(() => decodeJsonMessage('ack', bytes)).toThrow(ProtocolError);
      }),
    );
  });
});
