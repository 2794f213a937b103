import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentEvent } from '@hearst/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentAlone } from '../harness/agent-alone.ts';
import { enrolFleet, joinAtLast } from '../harness/fleet.ts';
import { freePort } from '../harness/ports.ts';
import { Line } from '../harness/proxy.ts';
import { type AgentPage, NOTHING_LOST, SharedWorld } from '../harness/shared-world.ts';
import { until } from '../harness/until.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('the line between agent and broker', { timeout: 120_000 }, () => {
  let shared: SharedWorld;
  let line: Line;
  /** Another agent, whose line goes dead at the beginning without a word: keep-alives take their time. */
  let other: AgentAlone;
  let deadLine: Line;
  beforeAll(async () => {
    const mqtt = await freePort();
    line = new Line(mqtt);
    deadLine = new Line(mqtt);
    await Promise.all([line.start(), deadLine.start()]);
    shared = await SharedWorld.create({ ports: { mqtt }, hubEnv: { HEARST_MQTT_PUBLIC_URL: line.url } });
    await shared.start();
    other = await AgentAlone.create({ folder: join(shared.world.folder, 'other') });
    const added = shared.world.hubCommand('agent', 'add', 'QATAR-001') as { data: { token: string } };
    other.enrol(shared.world.httpUrl, added.data.token, deadLine.url);
    await other.keeps();
    await until(async () => (await other.page<AgentPage>()).outbox?.batches === 0, {
      withinMs: 20_000,
      what: () => `the other agent to be heard\n${other.program.tail()}`,
    });
    deadLine.set('frozen');
  });
  afterAll(async () => {
    await other?.program.stop();
    await shared?.stop();
    await Promise.all([line?.stop(), deadLine?.stop()]);
  });

  const stop = (who: 'agent' | 'hub'): void => void process.kill(shared.world[who].pid!, 'SIGSTOP');
  const goOn = (who: 'agent' | 'hub'): void => void process.kill(shared.world[who].pid!, 'SIGCONT');
  const phase = async (): Promise<string> => (await shared.page()).hub.phase;

  it('is cut for a while: afterwards live readings come before the backlog', async () => {
    const since = Date.now();
    line.set('cut');
    await shared.holds(24);
    expect(await shared.framesSince(since + 1000)).toBe(0);
    // A slow line, so that live and backlog can be told apart.
    line.delayMs = 200;
    line.set('open');
    const opened = Date.now();
    await until(async () => (await phase()) === 'sending', { withinMs: 40_000, what: () => shared.world.agent.tail() });
    const resumed = Date.now();
    await until(async () => (await shared.framesSince(opened)) > 0, {
      withinMs: 15_000,
      everyMs: 50,
      what: 'live frames',
    });
    expect(Date.now() - resumed).toBeLessThan(6000);
    await shared.drained();
    const [arrived] = await shared.sql<{ live: Date; last: Date }>(
      `select min(received_at) filter (where at > to_timestamp($2 / 1000.0)) as live,
              max(received_at) filter (where at between to_timestamp($1 / 1000.0) and to_timestamp($2 / 1000.0)) as last
         from container_frames where miners_answering > 0`,
      [since, opened - 1000],
    );
    expect(arrived!.live.getTime()).toBeLessThan(arrived!.last.getTime());
    line.delayMs = 0;
  });

  it('loses acknowledgements: what was sent comes again, is known, and frees the outbox', async () => {
    const known = await shared.duplicates();
    const { resent } = (await shared.page()).hub.uplink!;
    line.loses = (topic) => topic.endsWith('/down/ack');
    await until(() => line.lost >= 3, { withinMs: 20_000, what: 'acknowledgements to lose' });
    line.loses = () => false;
    await shared.drained();
    expect((await shared.page()).hub.uplink!.resent).toBeGreaterThan(resent);
    expect(await shared.duplicates()).toBeGreaterThan(known);
  });

  it('breaks again and again: each time it is up something gets through', async () => {
    const connections = line.connections;
    const begun = Date.now();
    for (let turn = 0; turn < 5; turn++) {
      line.set('cut');
      await sleep(300);
      line.set('open');
      const { freed } = (await shared.page()).hub.uplink!;
      await until(async () => (await shared.page()).hub.uplink!.freed > freed, {
        withinMs: 20_000,
        everyMs: 50,
        what: () => `progress after ${turn + 1} breaks\n${shared.world.agent.tail()}`,
      });
    }
    // It waits between attempts instead of storming the broker.
    expect(line.connections - connections).toBeLessThan(5 + (Date.now() - begun) / 200);
    await shared.drained();
  });

  it('a hub that stands still for a while goes on where it was', async () => {
    stop('hub');
    await shared.holds(10);
    goOn('hub');
    await shared.flows();
    await shared.drained();
  });

  it('goes dead without a word: both ends notice within 1.5 keep-alives, and go on once it is back', async () => {
    const { agent: id } = JSON.parse(readFileSync(join(other.data, 'credential.json'), 'utf8')) as { agent: string };
    const noticed = { withinMs: 50_000, everyMs: 200 };
    await until(async () => (await other.page<AgentPage>()).hub.phase === 'connecting', {
      ...noticed,
      what: () => `the agent to notice\n${other.program.tail()}`,
    });
    const stateAtHub = async (): Promise<string | undefined> =>
      (await shared.sql<{ state: string }>('select state from agents where agent_id = $1', [id]))[0]?.state;
    await until(async () => (await stateAtHub()) === 'offline', { ...noticed, what: 'the hub to notice' });
    deadLine.set('cut'); // what is left of the old connections
    deadLine.set('open');
    await until(async () => (await other.page<AgentPage>()).outbox?.batches === 0, {
      withinMs: 60_000,
      what: () => `the outbox to drain\n${other.program.tail()}`,
    });
    await until(async () => (await stateAtHub()) === 'online', { withinMs: 15_000, what: 'the agent to be online' });
  });

  it('a stopped hub: the agent holds its readings until it is back', async () => {
    await shared.world.hub.stop();
    await shared.holds(6);
    expect(await phase()).toBe('connecting');
    await shared.world.startHub();
    await shared.flows();
    await shared.drained();
  });

  it('500 agents that come back together are all heard within two minutes, and the readings of another go on meanwhile', async () => {
    const fleet = await enrolFleet(shared, 'FLEET-001', 500);
    const begun = Date.now();
    try {
      const tries = await Promise.all(
        fleet.map(async (agent) => {
          const tries = await joinAtLast(agent);
          const event = {
            at: Date.now(),
            code: 'agent.back',
            severity: 'info',
            subject: null,
            message: 'back',
            data: {},
          };
          await agent.send(
            agent.batch({ project: 'FLEET-001', events: [event as AgentEvent] }, { lane: 'event', n: 0 }, 'events'),
          );
          await agent.acked(agent.seq, 60_000);
          return tries;
        }),
      );
      const tookMs = Date.now() - begun;
      expect(tookMs, `ms; at most ${Math.max(...tries)} tries`).toBeLessThan(120_000);
      expect(await shared.sql("select 1 from agent_events where code = 'agent.back'")).toHaveLength(500);
      // The world's own agent has its readings stored all the while.
      expect(await shared.framesSince(begun)).toBeGreaterThan(0);
    } finally {
      await Promise.all(fleet.map((agent) => agent.leave()));
    }
  });

  it('an agent that stands still leaves a gap, and invents nothing to fill it', async () => {
    stop('agent');
    const from = Date.now();
    await sleep(6000);
    const to = Date.now();
    goOn('agent');
    await shared.flows();
    await shared.drained();
    // The poll that was under way may bear a time of its begin; nothing may be dated into the standstill.
    expect(await shared.framesSince(from + 500, to - 500)).toBe(0);
    const { poller } = await shared.page();
    expect(poller.skipped).toBeGreaterThan(0);
  });

  it('and of all readings none is lost or counted twice', async () => {
    expect(await shared.atRest()).toMatchObject(NOTHING_LOST);
  });
});
