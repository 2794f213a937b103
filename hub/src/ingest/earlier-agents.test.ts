import { gunzipSync } from 'node:zlib';
import {
  type ContainerFrame,
  decodeMessage,
  type Envelope,
  type MeterFrame,
  topics,
  type UpTopic,
} from '@hearst/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { IngestRig } from '../../../test/harness/ingest-rig.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { RawAgent } from '../../../test/harness/raw-agent.ts';
import { bytesOf, type Recording, recordings } from '../../../test/harness/recording.ts';
import { hashSecret, newSecret } from '../auth/secrets.ts';
import { withContext } from '../db/client.ts';

let database: TestDatabase;
let rig: IngestRig;
let agent: RawAgent;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await agent?.leave();
  await rig?.stop();
  await database.drop();
});

/** The agent of a recording, enrolled here. */
async function enrolled(recording: Recording): Promise<RawAgent> {
  const { agent, project } = recording;
  const [secret, hmacKey] = [newSecret(), Buffer.from(recording.hmac_key, 'base64url')];
  await withContext(rig.database.owner, { projectIds: [project] }, async (client) => {
    await client.query('insert into projects (project_id) values ($1)', [project]);
    await client.query(
      `insert into agents (project_id, agent_id, name, secret_hash, hmac_key) values ($1, $2, 'earlier', $3, $4)`,
      [project, agent, hashSecret(secret), hmacKey],
    );
  });
  return new RawAgent({ url: rig.url, agent, project, secret, hmacKey });
}

/** What its batches hold, read without this program's own reader of bodies. */
function batchesOf({ messages }: Recording): { envelope: Envelope; frames: (ContainerFrame | MeterFrame)[] }[] {
  return messages
    .filter(({ base64 }) => base64 !== undefined)
    .flatMap((message) => decodeMessage(bytesOf(message)))
    .map(({ envelope, body }) => {
      const { frames = [] } = JSON.parse(gunzipSync(body).toString()) as { frames?: (ContainerFrame | MeterFrame)[] };
      return { envelope, frames };
    });
}

it.each(recordings())('what the agent of %s sent is taken in whole, and once', async (_, recording) => {
  const { project, messages } = recording;
  rig = await IngestRig.start({ url: database.url, now: () => Date.parse(recording.recorded) });
  agent = await enrolled(recording);
  await agent.connect();
  const batches = batchesOf(recording);
  const send = async (): Promise<void> => {
    for (const message of messages) {
      const [direction, name] = message.name.split('/');
      if (direction !== 'up') continue;
      const welcomes = agent.welcomes.length;
      const topic = topics.up(recording.agent, name as UpTopic);
      await agent.client!.publishAsync(topic, bytesOf(message), { qos: 1, retain: name === 'status' });
      if (name === 'hello') await expect.poll(() => agent.welcomes.length, { timeout: 10_000 }).toBe(welcomes + 1);
    }
    for (const { envelope } of batches)
      await expect.poll(() => agent.isAcked(envelope.seq, envelope.outbox), { timeout: 10_000 }).toBe(true);
  };
  await send();

  const read = <T extends object>(sql: string): Promise<T[]> => rig.rows<T>(project, sql);
  const keyOf = (what: string, at: number): string => `${what} ${at}`;
  const frames = batches.flatMap((batch) => batch.frames);
  const containers = frames.filter((frame) => frame.kind === 'container');
  const stored = await read<{ container_id: string; ms: number; hashrate_ths: number | null }>(
    'select container_id, (extract(epoch from device_at) * 1000)::bigint as ms, hashrate_ths from container_frames',
  );
  expect(stored.map(({ container_id, ms }) => keyOf(container_id, ms)).sort()).toEqual(
    containers.map(({ container, at }) => keyOf(container, at)).sort(),
  );
  for (const { container, at, columns } of containers) {
    const sum = (columns.hashrate_ths ?? []).reduce<number>((total, value) => total + (value ?? 0), 0);
    const row = stored.find(({ container_id, ms }) => container_id === container && ms === at);
    expect(row?.hashrate_ths ?? 0).toBeCloseTo(sum, 3);
  }
  const meters = await read('select meter_id from meter_frames');
  expect(meters).toHaveLength(frames.length - containers.length);
  expect((await read('select 1 from miners where serial is not null')).length).toBeGreaterThan(0);
  expect(await read('select program from agents')).toEqual([{ program: expect.stringContaining('hearst-agent/') }]);

  await send();
  // (The recording itself holds some that were sent again.)
  const distinct = new Set(batches.map(({ envelope }) => `${envelope.outbox} ${envelope.seq}`)).size;
  await expect.poll(() => rig.ingest.stats().duplicates, { timeout: 10_000 }).toBe(2 * batches.length - distinct);
  expect(await read('select 1 from container_frames')).toHaveLength(containers.length);
  expect(await read('select 1 from quarantine')).toEqual([]);
  expect(rig.ingest.stats()).toMatchObject({ faults: 0, forks: 0, repeatedFrames: 0, badValues: 0 });
});
