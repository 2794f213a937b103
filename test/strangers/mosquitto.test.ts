import { chownSync, copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
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

  /** Writes the broker's files anew by the hub's command and lets the broker that runs read them. */
  const takeFiles = (): unknown => {
    const { world } = shared;
    const made = world.hubCommand('broker', 'config', '--for', 'mosquitto', '--out', join(world.folder, 'broker'));
    for (const [name, used] of [
      ['passwords', 'mosquitto.passwd'],
      ['acl', 'mosquitto.acl'],
    ] as const)
      copyFileSync(join(world.folder, 'broker', name), join(world.folder, used));
    process.kill(world.broker!.program.pid!, 'SIGHUP');
    return made;
  };

  it('takes the passwords and rules that the hub makes for it, and readings go on', async () => {
    const { world } = shared;
    const folder = join(world.folder, 'broker');
    mkdirSync(folder);
    // The broker reads its files under a user of its own.
    if (process.getuid?.() === 0) chownSync(folder, 1234, 1234);
    expect(takeFiles()).toMatchObject({
      data: { files: ['mosquitto.conf', 'passwords', 'acl'], agents: 1, missing: [] },
    });
    expect(statSync(join(folder, 'passwords'))).toMatchObject({ uid: statSync(folder).uid, mode: 0o100600 });
    // Read anew by the broker that runs, then by one that starts: what was there before is gone for both.
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

  it("an agent's secrets change: it holds its readings until the broker's files are written anew", async () => {
    const { world } = shared;
    const rotated = world.hubCommand('agent', 'rotate', credential.agent) as { data: { token: string } };
    world.agentCommand('enrol', '--renew', '--hub', world.httpUrl, '--token', rotated.data.token);
    const advice = await until(async () => (await shared.page()).hub.advice, {
      withinMs: 20_000,
      what: () => `the broker to refuse what it does not know yet\n${world.agent.tail()}`,
    });
    expect(advice).toMatch(/refuses this agent's login/);
    await shared.holds(2);
    takeFiles();
    await shared.flows();
    await shared.drained();
    const left = (): Promise<MqttClient> => login(world.mqttUrl, credential.agent, credential.secret);
    await expect(left()).rejects.toThrow(/[Nn]ot authori[sz]ed/);
  });

  it("the hubs' own login changes: both are good until every hub has the new one, then the first no more", async () => {
    const { world } = shared;
    const before = world.broker!.url;
    const after = Object.assign(new URL(before), { username: 'hub-2', password: 'the-next-password-of-this-test' });
    world.tellHub({ MQTT_URL: after.href, HEARST_MQTT_PREVIOUS_URL: before });
    takeFiles();
    await shared.flows(); // by the hub that runs, with the first
    await world.hub.stop();
    await world.startHub();
    await shared.flows();
    world.tellHub({ HEARST_MQTT_PREVIOUS_URL: '' });
    takeFiles();
    await until(() => hubClient().then(refused, isRefusal), {
      withinMs: 10_000,
      what: 'the first login to be refused',
    });
    await shared.flows();
    await shared.drained();
    expect(world.hub.log()).not.toContain('next-password');
  });

  it('and of all readings none is lost or counted twice', async () => {
    expect(await shared.atRest()).toMatchObject(NOTHING_LOST);
  });

  const hubClient = (): Promise<MqttClient> => {
    const url = new URL(shared.world.broker!.url);
    return login(shared.world.mqttUrl, 'hub', url.password, 'an-observer');
  };
});

/** Ends a login that ought to have been refused. */
async function refused(client: MqttClient): Promise<false> {
  await client.endAsync(true);
  return false;
}

function isRefusal(error: unknown): boolean {
  return /not authori[sz]ed/i.test((error as Error).message);
}

function login(url: string, user: string, password: string, clientId = user): Promise<MqttClient> {
  return connectAsync(url, { clientId, username: user, password, protocolVersion: 4, reconnectPeriod: 0 }, false);
}
