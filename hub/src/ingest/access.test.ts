import { describe, expect, it } from 'vitest';
import { type Identity, mayLeaveWill, mayPublish, maySubscribe } from './access.ts';

const A = '0b9f7c52-5a57-4a0e-9f5c-111111111111';
const B = '0b9f7c52-5a57-4a0e-9f5c-222222222222';
const agent: Identity = { kind: 'agent', id: A, secretHash: Buffer.alloc(32) };
const hub: Identity = { kind: 'hub', id: B };

describe('publish', () => {
  it.each([
    [agent, `hearst/v1/${A}/up/hello`, false, 'allow'],
    [agent, `hearst/v1/${A}/up/live`, false, 'allow'],
    [agent, `hearst/v1/${A}/up/backlog`, false, 'allow'],
    [agent, `hearst/v1/${A}/up/event`, false, 'allow'],
    [agent, `hearst/v1/${A}/up/status`, true, 'allow'],
    [agent, `hearst/v1/${A}/up/live`, true, 'strip'],
    [agent, `hearst/v1/${A}/up/other`, false, 'refuse'],
    [agent, `hearst/v1/${A}/down/ack`, false, 'refuse'],
    [agent, `hearst/v1/${B}/up/live`, false, 'refuse'],
    [agent, `hearst/v1/${B}/up/status`, true, 'refuse'],
    [agent, `hearst/v1/${B}/down/welcome`, false, 'refuse'],
    [agent, `hearst/v1/hub/${A}/state`, true, 'refuse'],
    [agent, `hearst/v1/${A.toUpperCase()}/up/live`, false, 'refuse'],
    [agent, `hearst/v1/${A}/up/live/more`, false, 'refuse'],
    [agent, '$SYS/broker/new/clients', false, 'refuse'],
    [agent, '$share/g/hearst/v1/x', false, 'refuse'],
    [hub, `hearst/v1/${A}/down/ack`, false, 'allow'],
    [hub, `hearst/v1/${A}/down/ack`, true, 'strip'],
    [hub, `hearst/v1/${A}/up/live`, false, 'refuse'],
    [hub, `hearst/v1/hub/${B}/state`, true, 'allow'],
    [hub, `hearst/v1/hub/${A}/state`, true, 'refuse'],
  ] as const)('%o %s retain %s: %s', (who, topic, retain, verdict) => {
    expect(mayPublish(who, topic, retain)).toBe(verdict);
  });
});

describe('subscribe', () => {
  it.each([
    [agent, `hearst/v1/${A}/down/+`, true],
    [agent, 'hearst/v1/hub/+/state', true],
    [agent, `hearst/v1/${A}/down/ack`, false],
    [agent, `hearst/v1/${A}/#`, false],
    [agent, `hearst/v1/${B}/down/+`, false],
    [agent, 'hearst/v1/+/down/+', false],
    [agent, 'hearst/v1/+/up/+', false],
    [agent, '#', false],
    [agent, '+/#', false],
    [agent, '$SYS/#', false],
    [agent, `$share/g/hearst/v1/${A}/down/+`, false],
    [hub, 'hearst/v1/+/up/+', true],
    [hub, '#', false],
    [hub, 'hearst/v1/+/down/+', false],
  ] as const)('%o %s: %s', (who, filter, allowed) => {
    expect(maySubscribe(who, filter)).toBe(allowed);
  });
});

describe('last will', () => {
  const payload = Buffer.from('{"state":"offline"}');
  it.each([
    [agent, `hearst/v1/${A}/up/status`, payload, true],
    [agent, `hearst/v1/${B}/up/status`, payload, false],
    [agent, `hearst/v1/${A}/up/live`, payload, false],
    [agent, `hearst/v1/hub/${B}/state`, payload, false],
    [agent, `hearst/v1/${A}/up/status`, Buffer.alloc(2000), false],
    [hub, `hearst/v1/hub/${B}/state`, payload, true],
    [hub, `hearst/v1/hub/${A}/state`, payload, false],
  ] as const)('%o %s: %s', (who, topic, bytes, allowed) => {
    expect(mayLeaveWill(who, { topic, payload: bytes })).toBe(allowed);
  });
});
