import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpReceiver, type Receiver } from '../../hub/src/notify/channels/testing.ts';
import { hasMosquitto } from '../harness/mosquitto.ts';
import { needs } from '../harness/needs.ts';
import { NOTHING_LOST, SharedWorld } from '../harness/shared-world.ts';
import { until } from '../harness/until.ts';

const CONTAINERS = 4;

describe.skipIf(!needs(hasMosquitto, "Debian's mosquitto"))(
  'two hubs on one Postgres, behind one Mosquitto',
  { timeout: 180_000 },
  () => {
    let shared: SharedWorld;
    let receiver: Receiver;
    let second: Awaited<ReturnType<SharedWorld['world']['anotherHub']>>;
    beforeAll(async () => {
      receiver = await httpReceiver();
      shared = await SharedWorld.create({
        ...{ broker: 'mosquitto', containers: CONTAINERS },
        hubEnv: { HEARST_ALLOW_LOCAL_WEBHOOKS: '1', HEARST_ROLLUP_SECONDS: '1' },
      });
      await shared.start();
      second = await shared.world.anotherHub('second-hub');
      second.program.start();
      await second.ready();
    }, 240_000);
    afterAll(async () => {
      await second?.program.kill();
      await shared?.stop();
      await receiver?.close();
    });

    const urls = (): string[] => [shared.world.httpUrl, second.url];

    it('share the readings, and each tells its dashboards of what either has stored', async () => {
      const before = await Promise.all(urls().map((url) => batches(url)));
      const heard = await Promise.all(urls().map((url) => heardContainers(url)));
      for (const containers of heard) expect(containers.size).toBe(CONTAINERS);
      await until(
        async () => {
          const now = await Promise.all(urls().map((url) => batches(url)));
          return now.every((count, hub) => count > before[hub]! + 3);
        },
        { withinMs: 20_000, what: () => `both hubs to store batches\n${second.program.tail()}` },
      );
    });

    it('one killed under load: the other goes on, with one alert and one message for what happens then', async () => {
      await api('POST', '/api/notification-channels', {
        ...{ project_id: 'QATAR-001', kind: 'webhook', name: 'operations', config: { url: receiver.url } },
        secret: { signing_secret: `whsec_${Buffer.alloc(24, 7).toString('base64')}` },
      });
      await api('PUT', '/api/alert-rules/pump_stopped?project_id=QATAR-001', { hold_s: 2, keep_s: 2 });
      await shared.world.fault({ target: 'QATAR-C02', kind: 'pump-stop' });
      await until(async () => (await alerts()).length > 0, { withinMs: 30_000, what: 'an alert' });
      // Opened by whichever hub saw it, and its message still to be sent: the first one dies before.
      await shared.world.hub.kill();
      await until(() => receiver.accepted.length > 0, { withinMs: 90_000, what: () => second.program.tail() });
      await shared.flows();
      expect(await alerts()).toMatchObject([{ status: 'active', target_id: 'QATAR-C02' }]);
    });

    it('the other killed in its turn, while the first has only just come back', async () => {
      await shared.world.startHub();
      await second.program.kill();
      await shared.flows();
      await shared.drained();
      expect(await alerts()).toHaveLength(1);
      expect(receiver.accepted).toHaveLength(1);
    });

    it('jobs have been run, and never two of a kind at once', async () => {
      const runs = await shared.sql<{ name: string; runs: number }>(
        'select name, count(*)::int as runs from hearst_jobs.job where completed_on is not null group by name',
      );
      expect(Object.fromEntries(runs.map(({ name, runs }) => [name, runs > 3]))).toMatchObject({ rollup: true });
      const together = await shared.sql(
        `select a.name, a.started_on, b.started_on from hearst_jobs.job a join hearst_jobs.job b using (name)
          where a.id < b.id and (a.started_on, coalesce(a.completed_on, 'infinity'))
            overlaps (b.started_on, coalesce(b.completed_on, 'infinity'))`,
      );
      expect(together).toEqual([]);
    });

    it('and of all readings none is lost or counted twice', async () => {
      expect(await shared.atRest()).toMatchObject(NOTHING_LOST);
    });

    const headers = (): Record<string, string> => ({
      authorization: `Bearer ${shared.world.apiKey}`,
      'content-type': 'application/json',
    });

    const api = async (method: string, path: string, body: unknown): Promise<void> => {
      const response = await fetch(shared.world.httpUrl + path, {
        ...{ method, headers: headers(), body: JSON.stringify(body) },
      });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    };

    const alerts = (): Promise<{ status: string; target_id: string }[]> =>
      shared.sql(
        "select status, target_id from alerts where project_id = 'QATAR-001' and rule_id = 'pump_stopped' and status <> 'pending'",
      );

    /** Batches that a hub has stored since it started. */
    const batches = async (url: string): Promise<number> => {
      const page = await (await fetch(`${url}/metrics`, { headers: headers() })).text();
      return Number(/^hearst_ingest_batches_total (\d+)/m.exec(page)?.[1]);
    };

    /** The containers that a hub's stream tells of, once it has told of all. */
    const heardContainers = async (url: string): Promise<Set<string>> => {
      const heard = new Set<string>();
      const ending = AbortSignal.timeout(20_000);
      const stream = await fetch(`${url}/api/events?topics=snapshot`, { headers: headers(), signal: ending });
      let text = '';
      for await (const chunk of stream.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        for (const [, id] of text.matchAll(/"container_id":"([^"]+)"/g)) heard.add(id!);
        if (heard.size >= CONTAINERS) break;
      }
      return heard;
    };
  },
);
