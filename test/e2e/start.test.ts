import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { familyOf, heldBy, isOnLoopback, listeners } from '../harness/listening.ts';
import { freePorts, isFree } from '../harness/ports.ts';
import { root } from '../harness/process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { until } from '../harness/until.ts';

interface DemoFile {
  url: string;
  mqtt: string;
  database_url: string;
  api_key: string;
  users: { role: string; email: string; password: string; projects: string[] }[];
}

/** `npm start` as its users run it, on ports and a folder of its own. */
function npmStart(folder: string, [http, mqtt, local]: number[], args: string[]) {
  const child = spawn('npm', ['start', '--silent', '--', ...args], {
    cwd: root,
    env: {
      ...process.env,
      HEARST_DATA_DIR: folder,
      HEARST_HTTP_PORT: `${http}`,
      HEARST_MQTT_PORT: `${mqtt}`,
      HEARST_LOCAL_PORT: `${local}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const file = join(folder, 'demo.json');
  const demo = async (): Promise<DemoFile> => {
    await until(() => existsSync(file) || child.exitCode !== null, {
      withinMs: 90_000,
      what: () => `demo.json\n${output}`,
    });
    expect(child.exitCode, output).toBe(null);
    return JSON.parse(readFileSync(file, 'utf8'));
  };
  const signal = (name: NodeJS.Signals): void => void process.kill(-child.pid!, name);
  return { demo, signal, ended, output: () => output, pid: child.pid! };
}

describe('npm start', { timeout: 240_000 }, () => {
  const folder = temporaryFolder('start');
  let ports: number[];
  beforeAll(async () => {
    ports = await freePorts(3);
  });
  afterAll(() => folder[Symbol.dispose]());
  const get = async (demo: DemoFile, path: string) =>
    (await (await fetch(demo.url + path, { headers: { authorization: `Bearer ${demo.api_key}` } })).json()) as Record<
      string,
      never
    >;

  it('shows readings of the simulated site, a recorded backlog included, until Ctrl-C', async () => {
    const started = npmStart(folder.path, ports, ['--containers', '2', '--poll', '2', '--backlog', '0.25', '--aqua']);
    const demo = await started.demo();
    expect(statSync(join(folder.path, 'demo.json')).mode & 0o777).toBe(0o600);
    expect(demo.users.map(({ role }) => role)).toEqual(['super_admin', 'project_manager', 'operator', 'viewer']);
    for (const { role, email, password, projects } of demo.users) {
      const signedIn = await fetch(`${demo.url}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password }),
      });
      expect(signedIn.ok, role).toBe(true);
      const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
      const seen = (await (await fetch(`${demo.url}/api/projects`, { headers: { cookie } })).json()) as {
        data: { project_id: string }[];
      };
      const ids = seen.data.map(({ project_id }) => project_id);
      expect(ids, role).toEqual(role === 'super_admin' ? ['AQUA-001', 'QATAR-001'] : projects);
    }
    expect(demo.mqtt).toMatch(/^mqtt:\/\/127\.0\.0\.1:\d+$/);
    expect(started.output()).toContain(demo.api_key);

    // Nothing is told where to listen here: hub, broker, Postgres, agent and site are for this machine alone.
    const all = listeners();
    const databasePort = Number(new URL(demo.database_url).port);
    // (The simulated site listens on every address of 127.0.0.0/8, and cuts whoever comes from elsewhere.)
    const programs = familyOf(started.pid).filter(
      (pid) => !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('test/sim/'),
    );
    const ours = [...heldBy(programs, all), ...all.filter(({ port }) => port === databasePort)];
    const open = new Set(ours.map(({ port }) => port));
    for (const port of [...ports, databasePort]) expect(open).toContain(port);
    expect(ours.filter((listener) => !isOnLoopback(listener))).toEqual([]);
    expect(isOnLoopback({ address: '00000000' }) || isOnLoopback({ address: '0'.repeat(32) })).toBe(false);
    // And whoever comes without a login gets nowhere, even here.
    expect((await fetch(`${demo.url}/api/projects`)).status).toBe(401);
    expect((await fetch(`${demo.url}/metrics`)).status).toBe(401);
    await expect(connectAsync(demo.mqtt, { reconnectPeriod: 0 }, false)).rejects.toThrow(/[Nn]ot authorized/);
    const stranger = Object.assign(new URL(demo.database_url), { password: 'a-guess' });
    await expect(new pg.Client({ connectionString: stranger.href }).connect()).rejects.toThrow(/password/);

    const projects = await get(demo, '/api/projects');
    expect(JSON.stringify(projects)).toContain('AQUA-001');
    const { data } = (await get(demo, '/api/projects/QATAR-001/containers')) as unknown as {
      data: { container_id: string; hashrate_th: number; miners_active: number }[];
    };
    expect(data.map((container) => container.container_id)).toEqual(['QATAR-C01', 'QATAR-C02']);
    for (const container of data) {
      expect(container.miners_active).toBeGreaterThan(290);
      expect(container.hashrate_th / 308).toBeGreaterThan(440);
    }
    expect((await fetch(demo.url)).status).toBe(200);

    // The second site: its own agent, its own project, tanks of oil; nothing at the hub but what people do there.
    const aqua = (await get(demo, '/api/projects/AQUA-001/containers')) as unknown as {
      data: { container_id: string; miners_active: number; cooling: Record<string, number>; status: string }[];
    };
    expect(aqua.data).toMatchObject([{ container_id: 'AQUA-C01', status: 'active' }]);
    expect(aqua.data[0]?.miners_active).toBeGreaterThan(180);
    expect(aqua.data[0]?.cooling.level_tank_a_pct).toBeGreaterThan(50);
    const agents = (await get(demo, '/api/agents')) as unknown as { data: { project_id: string; state: string }[] };
    expect(agents.data.map(({ project_id, state }) => [project_id, state])).toEqual([
      ['AQUA-001', 'online'],
      ['QATAR-001', 'online'],
    ]);

    // A quarter of an hour at a 2 s poll, two containers: the agent delivers it behind the live frames.
    const database = new pg.Client({ connectionString: demo.database_url });
    await database.connect();
    const frames = async () =>
      (await database.query("select count(*)::int as n from container_frames where at < now() - interval '2 minutes'"))
        .rows[0].n as number;
    await until(async () => (await frames()) >= 2 * 380, { withinMs: 60_000, everyMs: 500, what: 'the backlog' });
    await database.end();

    started.signal('SIGINT'); // to the whole group, as a terminal does
    await until(() => started.output().includes('Stopped.'), {
      withinMs: 30_000,
      what: () => `the end\n${started.output()}`,
    });
    await started.ended;
    expect(await isFree(ports[0]!)).toBe(true);
  });

  it('goes on with its data after everything was killed with kill -9', async () => {
    rmSync(join(folder.path, 'demo.json'));
    const first = npmStart(folder.path, ports, ['--containers', '2', '--poll', '1']);
    const before = await first.demo();
    first.signal('SIGKILL');
    await first.ended;
    rmSync(join(folder.path, 'demo.json'));

    const second = npmStart(folder.path, ports, ['--containers', '2', '--poll', '1']);
    const after = await second.demo();
    expect(JSON.stringify(await get({ ...after, api_key: before.api_key }, '/api/projects'))).toContain('QATAR-001');
    second.signal('SIGTERM');
    await until(() => second.output().includes('Stopped.'), {
      withinMs: 30_000,
      what: () => `the end\n${second.output()}`,
    });
    await second.ended;
  });

  it('says what is wrong with its arguments', async () => {
    const started = npmStart(folder.path, ports, ['--containers', 'many']);
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain('--containers many: expected a whole number from 1 to 3247.');
  });
});
