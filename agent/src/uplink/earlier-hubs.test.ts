import { afterEach, expect, test } from 'vitest';
import { type Recording, recordings } from '../../../test/harness/recording.ts';
import { backlog, drained, Endings, expectComplete, uplinkSite } from '../../../test/harness/uplink.ts';

const ends = new Endings();
afterEach(() => ends.run());

/** The fields that a hub of that time said in a message. */
function fieldsOf({ messages }: Recording, name: string): string[] {
  const message = messages.find((each) => each.name === name);
  return Object.keys(JSON.parse(message?.text ?? '{}') as object);
}

test.each(recordings())('delivers to a hub that says no more than the one of %s', async (_, recording) => {
  const site = await uplinkSite(ends, { hubAttached: false });
  const said = new Set<string>();
  site.hub.says = (name, message) => {
    const fields = fieldsOf(recording, name === 'state' ? name : `down/${name}`);
    said.add(name);
    expect(fields.length).toBeGreaterThan(2);
    return Object.fromEntries(Object.entries(message).filter(([field]) => fields.includes(field))) as typeof message;
  };
  site.hub.attach();
  backlog(site.outbox, 20);
  site.uplink.start();
  await drained(site);
  expectComplete(site, 20);
  expect([...said].sort()).toEqual(['ack', 'state', 'welcome']);
});

test('delivers to a hub that says more than it knows', async () => {
  const site = await uplinkSite(ends, { hubAttached: false });
  site.hub.says = (_, message) => ({ ...message, v: 2, more: { of: ['something', null] } });
  site.hub.attach();
  backlog(site.outbox, 20);
  site.uplink.start();
  await drained(site);
  expectComplete(site, 20);
});
