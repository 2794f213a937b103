import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { topics } from '@hearst/protocol';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasMosquitto } from '../harness/mosquitto.ts';
import { needs } from '../harness/needs.ts';
import { containerFrame, RawAgent } from '../harness/raw-agent.ts';
import { NOTHING_LOST, SharedWorld } from '../harness/shared-world.ts';
import { until } from '../harness/until.ts';

interface Credential {
  agent: string;
  secret: string;
  hmac_key: string;
}

describe.skipIf(!needs(hasMosquitto, "Debian's mosquitto"))("through Debian's Mosquitto", { timeout: 90_000 }, () => {
  let shared: SharedWorld;
  let credential: Credential;
  beforeAll(async () => {
    shared = await (await SharedWorld.create({ broker: 'mosquitto' })).start();
    credential = JSON.parse(readFileSync(join(shared.world.agentData, 'credential.json'), 'utf8')) as Credential;
  });
  afterAll(() => shared?.stop());

  it('readings arrive, and the agent was never told the login of the hub', () => {
    const text = readFileSync(join(shared.world.agentData, 'credential.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ mqtt: shared.world.mqttUrl });
    expect(text).not.toContain('hub-password');
    expect(shared.world.agent.log()).not.toContain('hub-password');
    expect(shared.world.hub.log()).not.toContain('hub-password');
  });

  it('where its rules are open, a forged batch is refused by its signature', async () => {
    const before = await shared.framesSince(0);
    // The hub's login may publish anything: a stand-in for a broker without rules.
    const forger = await hubClient();
    const forged = new RawAgent({
      url: shared.world.mqttUrl,
      agent: credential.agent,
      project: 'QATAR-001',
      secret: '',
      hmacKey: Buffer.alloc(32, 7),
    });
    const frame = containerFrame('QATAR-001', 'QATAR-C77', Date.now());
    try {
      await forger.publishAsync(topics.up(credential.agent, 'live'), forged.batch({ frames: [frame] }), { qos: 1 });
      await shared.says('hub', /"reason":"bad_hmac".*a message was not believed/);
    } finally {
      await forger.endAsync(true);
    }
    expect(await shared.sql("select 1 from container_frames where container_id = 'QATAR-C77'")).toEqual([]);
    const kept = await shared.sql<{ project_id: string; reason: string }>('select project_id, reason from quarantine');
    expect(kept).toEqual([{ project_id: 'HEARST-000', reason: 'bad_hmac' }]);
    await shared.flows();
    expect(await shared.framesSince(0)).toBeGreaterThan(before);
    await shared.sql('delete from quarantine');
  });

  it('takes the passwords and rules that the hub makes for it, and readings go on', async () => {
    const { world } = shared;
    const made = world.hubCommand('broker', 'config', '--for', 'mosquitto', '--out', join(world.folder, 'broker'));
    expect(made).toMatchObject({ data: { files: ['mosquitto.conf', 'passwords', 'acl'], agents: 1, missing: [] } });
    for (const [name, used] of [
      ['passwords', 'mosquitto.passwd'],
      ['acl', 'mosquitto.acl'],
    ] as const)
      copyFileSync(join(world.folder, 'broker', name), join(world.folder, used));
    // Read anew by the broker that runs, then by one that starts: what was there before is gone for both.
    process.kill(world.broker!.program.pid!, 'SIGHUP');
    await world.broker!.program.kill();
    world.broker!.program.start();
    await shared.flows();
  });

  it('its rules hold: an agent reaches no topic of another one, in either direction', async () => {
    const stranger = '11111111-2222-4333-8444-555555555555';
    const secret = 'a-secret-of-this-test';
    shared.world.broker!.addLogin(stranger, secret);
    process.kill(shared.world.broker!.program.pid!, 'SIGHUP');
    const heard: string[] = [];
    const client = await until(() => login(shared.world.mqttUrl, stranger, secret), {
      withinMs: 10_000,
      what: 'the login to be known',
    });
    const listener = await hubClient();
    listener.on('message', (topic) => topic.includes(credential.agent) && heard.push(topic));
    await listener.subscribeAsync(topics.upFilter);
    try {
      client.on('message', (topic) => heard.push(`stranger: ${topic}`));
      for (const filter of [topics.downFilter(credential.agent), 'hearst/v1/#', '#', topics.upFilter])
        await client.subscribeAsync(filter).catch(() => undefined); // some brokers say no, some stay silent
      const marker = Buffer.from('forged');
      await client.publishAsync(topics.up(credential.agent, 'live'), marker, { qos: 1 }).catch(() => undefined);
      // Readings and acks go by meanwhile.
      await shared.flows();
      expect(heard.filter((line) => line.startsWith('stranger: hearst/v1/') && !line.endsWith('/state'))).toEqual([]);
      expect(heard.length).toBeGreaterThan(0);
      expect(await shared.sql('select reason from quarantine')).toEqual([]);
    } finally {
      await Promise.all([client.endAsync(true), listener.endAsync(true)]);
    }
  });

  it('killed with everything it held, and started empty: nothing is lost', async () => {
    const { program } = shared.world.broker!;
    for (let turn = 0; turn < 2; turn++) {
      await program.kill();
      await shared.holds(4);
      program.start();
      await shared.flows();
    }
    await shared.drained();
  });

  it('without a hub behind it, agents hold their readings', async () => {
    await shared.world.hub.stop();
    await shared.holds(6);
    const { hub } = await shared.page();
    expect(hub.phase).toBe('waiting');
    await shared.world.startHub();
    await shared.flows();
    await shared.drained();
  });

  it('a hub killed without a goodbye is known to be gone by its last will', async () => {
    await shared.world.hub.kill();
    await until(async () => (await shared.page()).hub.phase === 'waiting', {
      withinMs: 15_000,
      what: () => `the agent to wait\n${shared.world.agent.tail()}`,
    });
    await shared.world.startHub();
    await shared.flows();
    await shared.drained();
  });

  it('and of all readings none is lost or counted twice', async () => {
    expect(await shared.atRest()).toMatchObject(NOTHING_LOST);
  });

  const hubClient = (): Promise<MqttClient> => {
    const url = new URL(shared.world.broker!.url);
    return login(shared.world.mqttUrl, 'hub', url.password, 'an-observer');
  };
});

function login(url: string, user: string, password: string, clientId = user): Promise<MqttClient> {
  return connectAsync(url, { clientId, username: user, password, protocolVersion: 4, reconnectPeriod: 0 }, false);
}
