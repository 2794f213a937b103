import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Envelope, topics } from '@hearst/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../hub/src/db/client.ts';
import { Partitions } from '../../hub/src/db/partitions.ts';
import { AgentRegistry } from '../../hub/src/ingest/agents.ts';
import { releaseQuarantine } from '../../hub/src/ingest/release.ts';
import { KeyFile } from '../../hub/src/keys.ts';
import { createLog } from '../../hub/src/log.ts';
import { containerFrame, RawAgent } from '../harness/raw-agent.ts';
import { NOTHING_LOST, SharedWorld } from '../harness/shared-world.ts';

interface Credential {
  agent: string;
  secret: string;
  hmac_key: string;
}

const MB = 1024 * 1024;

describe('messages that nobody should have sent', { timeout: 60_000 }, () => {
  let shared: SharedWorld;
  /** The agent of the world, which goes on reading all the while. */
  let victim: Credential;
  /** An agent enrolled like any other, and driven by the test. */
  let rogue: RawAgent;
  beforeAll(async () => {
    shared = await (await SharedWorld.create()).start();
    victim = JSON.parse(readFileSync(join(shared.world.agentData, 'credential.json'), 'utf8')) as Credential;
    rogue = await enrolRogue(shared);
    await rogue.join();
  });
  afterAll(async () => {
    await rogue?.leave();
    await shared?.stop();
  });

  const hubMemory = (): number => {
    const status = readFileSync(`/proc/${shared.world.hub.pid}/status`, 'utf8');
    return (Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024) / MB;
  };
  const quarantined = (): Promise<{ project_id: string; reason: string; payload: Buffer }[]> =>
    shared.sql('select project_id, reason, payload from quarantine order by received_at');

  describe('are refused one by one', () => {
    afterEach(async () => {
      // Whatever it was: the others' readings go on, and the hub is the same that was started.
      await shared.flows();
      expect(shared.world.hub.starts).toBe(1);
      await shared.sql('delete from quarantine');
    });

    it("an agent that publishes on another one's topics: refused at the broker, told, stored nowhere", async () => {
      const frame = containerFrame('QATAR-001', 'QATAR-C66', Date.now());
      const forged = rogue.sign(gzipSync(JSON.stringify({ frames: [frame] })), { agent: victim.agent, seq: 1_000_000 });
      await rogue.client!.publishAsync(topics.up(victim.agent, 'live'), forged, { qos: 1 });
      await shared.says('hub', new RegExp(`${rogue.options.agent}.*${victim.agent}.*refused a message at the broker`));
      // On its own topic, in the other's name: refused by name and signature.
      await rogue.send(forged);
      await shared.says('hub', /"reason":"bad_hmac".*a message was not believed/);
      expect(await shared.sql("select 1 from container_frames where container_id = 'QATAR-C66'")).toEqual([]);
      expect(await shared.sql('select 1 from ingest_keys where seq = 1000000')).toEqual([]);
      expect(await quarantined()).toMatchObject([{ project_id: 'HEARST-000', reason: 'bad_hmac' }]);
    });

    it("an agent that claims another one's container: set aside with an event, and the owner goes on", async () => {
      const frame = containerFrame('QATAR-001', 'QATAR-C01', Date.now());
      await rogue.send(rogue.batch({ frames: [frame] }));
      await rogue.acked(rogue.seq);
      expect(await quarantined()).toMatchObject([{ project_id: 'QATAR-001', reason: 'foreign_container' }]);
      const [event] = await shared.sql<{ severity: string; subject: string; message: string }>(
        "select severity, subject, message from agent_events where code = 'container.conflict'",
      );
      expect(event).toMatchObject({ severity: 'critical', subject: 'QATAR-C01' });
      expect(event?.message).toMatch(/belongs to another agent.*take the container out of one of the two site files/);
    });

    it('a decompression bomb is refused within bounded memory and freed at its agent', async () => {
      const before = hubMemory();
      const bomb = gzipSync(Buffer.alloc(200 * MB), { level: 9 });
      for (let i = 0; i < 5; i++) {
        await rogue.send(rogue.sign(bomb));
        expect(await rogue.setAside(rogue.seq)).toBe('too_large');
      }
      expect(hubMemory() - before).toBeLessThan(150);
      expect(await quarantined()).toHaveLength(5);
    });

    it('bytes that are no message at all are counted and told, and block nothing', async () => {
      for (const bytes of ['', '\n', '{', '{"v":1}\n', '\0'.repeat(5000), `{"v":1,${'x'.repeat(4000)}`])
        await rogue.publish('live', Buffer.from(bytes));
      await rogue.publish('hello', '{"v":');
      await shared.says('hub', /"reason":"malformed".*a message was not believed/);
      await rogue.send(rogue.batch({ frames: [containerFrame('QATAR-001', 'QATAR-C50', Date.now())] }));
      await rogue.acked(rogue.seq);
    });

    it('a batch of a newer agent is kept raw, acknowledged as such, and stored once the hub can read it', async () => {
      const sent = rogue.batch({ frames: [containerFrame('QATAR-001', 'QATAR-C51', Date.now())] });
      const newline = sent.indexOf(10);
      const body = sent.subarray(newline + 1);
      const envelope = { ...JSON.parse(sent.subarray(0, newline).toString()), schema: 2 } as Record<string, unknown>;
      await rogue.send(Buffer.concat([Buffer.from(`${resigned(envelope, rogue.options.hmacKey)}\n`), body]));
      expect(await rogue.setAside(rogue.seq)).toBe('newer_version');
      const [kept] = await shared.sql<{ quarantine_id: string; payload: Buffer; detail: string }>(
        "select quarantine_id, payload, detail from quarantine where reason = 'newer_version'",
      );
      expect(kept?.payload.equals(body)).toBe(true);
      expect(kept?.detail).toMatch(/schema 2, this program reads up to 1: upgrade it first/);
      // The upgrade: what is schema 2 today is what this program reads tomorrow.
      await shared.sql(`update quarantine set envelope = jsonb_set(envelope, '{schema}', '1')`);
      expect(await release(shared, kept!.quarantine_id)).toMatchObject({ released: true });
      expect(await shared.sql("select 1 from container_frames where container_id = 'QATAR-C51'")).toHaveLength(1);
    });
  });

  it('and of all readings of the other agent none is lost or counted twice', async () => {
    await shared.sql("delete from container_frames where container_id in ('QATAR-C50', 'QATAR-C51')");
    expect(await shared.atRest()).toMatchObject(NOTHING_LOST);
  });
});

/** Enrols one more agent, to be driven by hand. */
async function enrolRogue({ world }: SharedWorld): Promise<RawAgent> {
  const added = world.hubCommand('agent', 'add', 'QATAR-001') as { data: { token: string } };
  const answer = await fetch(`${world.httpUrl}/api/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: added.data.token, name: 'rogue', program: 'raw-agent' }),
  });
  const { agent, secret, hmac_key } = (await answer.json()) as Credential;
  const hmacKey = Buffer.from(hmac_key, 'base64url');
  return new RawAgent({ url: world.mqttUrl, agent, project: 'QATAR-001', secret, hmacKey });
}

/** The envelope signed as the codec signs. */
function resigned(envelope: Record<string, unknown>, key: Buffer): string {
  const fields = Object.keys(Envelope.shape).filter((name) => name !== 'hmac');
  const text = JSON.stringify(fields.map((name) => envelope[name]));
  return JSON.stringify({ ...envelope, hmac: createHmac('sha256', key).update(text).digest('base64url') });
}

async function release({ world }: SharedWorld, id: string): Promise<unknown> {
  const log = createLog('silent');
  const database = await Database.open({ url: world.databaseUrl(), log });
  const keys = await KeyFile.open(world.folder);
  try {
    const agents = new AgentRegistry({ pool: database.ingest, keys });
    const partitions = new Partitions(database.owner, { log });
    return await releaseQuarantine({ pool: database.ingest, partitions, agents }, 'QATAR-001', id);
  } finally {
    await database.close();
  }
}
