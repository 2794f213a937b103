import { describe, expect, it } from 'vitest';
import { bytesOf, recordings } from '../../test/harness/recording.ts';
import { decodeBody, decodeMessage, verifyBatch } from './codec.ts';
import { decodeJsonMessage, type MessageName } from './topics.ts';

it('there is something recorded of every message but refusals', () => {
  const names = new Set(recordings().flatMap(([, { messages }]) => messages.map(({ name }) => name)));
  expect([...names].sort()).toEqual(
    ['down/ack', 'down/welcome', 'state', 'up/backlog', 'up/event', 'up/hello', 'up/live', 'up/status'].sort(),
  );
});

describe.each(recordings())('what was said in %s', (_, { messages, hmac_key }) => {
  const batches = messages.filter(({ base64 }) => base64 !== undefined);

  it('is read whole', () => {
    for (const message of messages) {
      if (message.base64 !== undefined) continue;
      const name = message.name.split('/').at(-1) as MessageName;
      const said = JSON.parse(message.text!) as object;
      // Nothing that was said then has come to mean nothing.
      expect(decodeJsonMessage(name, bytesOf(message)), message.text).toEqual(said);
    }
  });

  it('holds by its signature, and nothing is struck out of its bodies', () => {
    const kinds = new Set<string>();
    for (const message of batches) {
      for (const batch of decodeMessage(bytesOf(message))) {
        verifyBatch(batch, Buffer.from(hmac_key, 'base64url'));
        const body = decodeBody(batch.envelope, batch.body);
        kinds.add(body.kind);
        if (body.kind !== 'frames') continue;
        for (const { badCount, unknown } of body.frames) expect([badCount, unknown]).toEqual([0, []]);
      }
    }
    expect([...kinds].sort()).toEqual(['events', 'frames', 'inventory']);
  });
});
