import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readExposition, sampleValue, unconventional } from '../../../test/harness/exposition.ts';
import { until } from '../../../test/harness/until.ts';
import { BARE_STATS } from '../drivers/cgminer/testing/fake-miner.ts';
import { readAgentFile } from '../status/agent-file.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

// Each test starts processes of its own, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

let miner: Server;
let port: number;
let folder: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  miner = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(`${BARE_STATS}\0`));
  }).listen(0, '0.0.0.0');
  await once(miner, 'listening');
  port = (miner.address() as AddressInfo).port;
});
afterAll(async () => {
  miner.close();
  await once(miner, 'close');
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'agent-cli-'));
  return () => {
    // A test that failed midway leaves nothing running.
    for (const child of started.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
});

interface Result {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the program to its end. */
async function agent(...args: string[]): Promise<Result> {
  const child = start(args);
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

function start(args: string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH, LANG: 'C.UTF-8', HEARST_LOCAL_PORT: '0', HEARST_DATA_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  return child;
}

function siteFile(more = ''): string {
  const path = join(folder, 'site.yaml');
  const text = `version: 1
site: { project: QATAR-001 }
poll: { interval: 500ms, timeout: 300ms }
containers:
  - { id: QATAR-C01, miners: 2, range: 127.66.1.1-127.66.1.2, port: ${port} }
${more}`;
  writeFileSync(path, text);
  return path;
}

const document = ({ out }: Result) =>
  JSON.parse(out) as { ok: boolean; data: never; problems: { code: string; next: string }[] };

describe('read', () => {
  test('a miner that no file mentions: one JSON document, names of the catalogue', async () => {
    const result = await agent('read', `127.66.1.1:${port}`, '--json');
    expect(result).toMatchObject({ code: 0, err: '' });
    expect(document(result)).toMatchObject({
      ok: true,
      data: {
        device: `127.66.1.1:${port}`,
        model: 'Antminer S21 XP Hyd.',
        metrics: { hashrate_ths: 473 },
        repaired: [],
      },
      problems: [],
    });
    const common = ['device', 'model', 'firmware', 'metrics', 'repaired'];
    const ofMiners = ['status', 'serial', 'mac', 'pool', 'boards', 'errors', 'definition'];
    expect(Object.keys(document(result).data)).toEqual([...common, ...ofMiners]);
  });

  test('for people: a table with units within 80 columns', async () => {
    const { code, out } = await agent('read', `127.66.1.1:${port}`);
    expect(code).toBe(0);
    expect(out).toMatch(/hashrate_ths +473 TH\/s +Hashrate/);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('a device that refuses: exit 1, what, cause, next step, and nothing on standard output', async () => {
    const result = await agent('read', '127.66.1.1:1');
    expect(result).toMatchObject({ code: 1, out: '' });
    expect(result.err).toMatch(/E2101[\s\S]*cause: [\s\S]*→ /);
    expect(document(await agent('read', '127.66.1.1:1', '--json'))).toMatchObject({
      ok: false,
      data: null,
      problems: [{ code: 'E2101' }],
    });
  });

  test('ids of the site file; near misses are named', async () => {
    const config = siteFile();
    expect(document(await agent('read', 'qatar-c01-m002', '--config', config, '--json')).data).toMatchObject({
      device: `127.66.1.2:${port}`,
    });
    expect(document(await agent('read', 'QATAR-C01', '--config', config, '--json')).data).toMatchObject({
      device: 'QATAR-C01',
      metrics: { hashrate_ths: 946 },
    });
    const wrong = await agent('read', 'QATAR-C10', '--config', config, '--json');
    expect(wrong.code).toBe(2);
    expect(document(wrong).problems[0]?.next).toBe('Did you mean QATAR-C01?');
  });

  test.each(['modbus://10.0.0.1', 'modbus://10.0.0.1/1?profile=nonsense', '10.0.0.300'])(
    '%s is wrong usage',
    async (target) => {
      expect((await agent('read', target)).code).toBe(2);
    },
  );
});

describe('config', () => {
  test('check: exit 0 and what was not checked', async () => {
    const result = await agent('config', 'check', '--config', siteFile(), '--json');
    expect(result.code).toBe(0);
    expect(document(result).data).toMatchObject({
      miners: 2,
      levels: { syntax: 'ok', schema: 'ok', device: 'not_checked' },
    });
  });

  test('check: exit 78, every fault with its line, in ASCII where the terminal knows no more', async () => {
    const config = siteFile('metres: []\n');
    const result = await agent('config', 'check', '--config', config);
    expect(result).toMatchObject({ code: 78, out: '' });
    expect(result.err).toContain('E1201  metres is not a key of the site file');
    expect(result.err).toContain('-> Did you mean meters?');
    expect(document(await agent('config', 'check', '--config', config, '--json')).problems[0]).toMatchObject({
      code: 'E1201',
      where: `${config}:6:1`,
    });
    expect((await agent('run', '--config', config)).code).toBe(78);
  });

  test('wrong usage is exit 2, with --json one document too', async () => {
    expect((await agent('nonsense')).code).toBe(2);
    expect(document(await agent('read', '--json')).problems[0]?.code).toBe('E1001');
  });
});

describe('enrol', () => {
  const CREDENTIAL = {
    agent: '3f2b6c1e-7b1d-4c7a-9c3e-1a2b3c4d5e6f',
    project: 'QATAR-001',
    mqtt: 'mqtt://127.0.0.1:1883',
    secret: 's'.repeat(43),
    hmac_key: 'k'.repeat(43),
  };

  test('keeps the credential, mode 0600, and shows no secret; a refused token is exit 77', async () => {
    const hub = createHttpServer((request, response) => {
      request.on('data', (chunk) => {
        const good = JSON.parse(String(chunk)).token === 't'.repeat(30);
        response.writeHead(good ? 201 : 401, { 'content-type': 'application/json' });
        response.end(JSON.stringify(good ? CREDENTIAL : { detail: 'used already' }));
      });
    }).listen(0, '127.0.0.1');
    await once(hub, 'listening');
    const url = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
    try {
      writeFileSync(join(folder, 'token'), `${'t'.repeat(30)}\n`);
      const result = await agent('enrol', '--hub', url, '--token', `file:${join(folder, 'token')}`, '--json');
      expect(document(result)).toMatchObject({
        ok: true,
        data: { agent: CREDENTIAL.agent, project: 'QATAR-001', hub: url },
      });
      expect(result.out + result.err).not.toMatch(/s{20}|k{20}|t{20}/);
      const path = join(folder, 'agent', 'credential.json');
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ ...CREDENTIAL, hub: url });
      expect((await agent('enrol', '--hub', url, '--token', 'x'.repeat(30))).code).toBe(77);
    } finally {
      hub.close();
    }
    expect((await agent('enrol', '--hub', url, '--token', 'x'.repeat(30))).code).toBe(69);
  });

  test('a token never travels unencrypted beyond this machine', async () => {
    const result = await agent('enrol', '--hub', 'http://10.0.0.1', '--token', 'x'.repeat(30));
    expect(result.code).toBe(2);
    expect(result.err).toContain('https://10.0.0.1');
  });
});

describe('run', () => {
  test('--dry-run shows a sweep and keeps nothing', async () => {
    const result = await agent('run', '--dry-run', '--config', siteFile());
    expect(result.code).toBe(0);
    expect(result.out).toContain('2 of 2 miners');
    expect(existsSync(join(folder, 'agent'))).toBe(false);
  });

  test('--once keeps a sweep although nobody is enrolled; silent devices are exit 3', async () => {
    const config = siteFile('meters:\n  - { id: QATAR-E01, address: "127.66.9.9:1", profile: schneider-pm5xxx }\n');
    const result = await agent('run', '--once', '--quiet', '--config', config, '--json');
    expect(result.code).toBe(3);
    expect(document(result).data).toMatchObject({
      answering: 2,
      sent: false,
      hub: 'not_enrolled',
      kept: { readings: 3 },
    });
    expect(existsSync(join(folder, 'agent', 'outbox', 'outbox.db'))).toBe(true);
  });

  test('until told to stop: status, a second agent refused, kill -9, start again, clean end', async () => {
    const config = siteFile();
    const data = join(folder, 'agent');
    const none = await agent('status');
    expect(none.code).toBe(69);
    expect(none.err).toMatch(/E1401[\s\S]*no agent is running/);

    const first = start(['run', '--config', config]);
    await until(async () => (await ready(data)) === 200, { withinMs: 30_000, what: 'the agent to be ready' });
    const status = document(await agent('status', '--json'));
    expect(status.data).toMatchObject({
      project: 'QATAR-001',
      ready: true,
      hub: { phase: 'not_enrolled' },
      poller: { answering: 2, miners: 2 },
    });
    expect((await agent('status')).out).toContain('2 of 2 answer');
    const wish = ['--for', '2h', '--container', 'C01', '--reason', 'pump seal', '--config', config, '--json'];
    expect(document(await agent('maintenance', 'on', ...wish)).data).toMatchObject({ told: true });
    const kept = JSON.parse(readFileSync(join(data, 'maintenance.json'), 'utf8'));
    expect(kept).toMatchObject([{ subject: 'QATAR-C01', told: true }]);
    const doctor = await agent('doctor', '--only', 'service,buffer', '--json');
    expect(document(doctor).data).toMatchObject({ agent: 'running' });
    expect(doctor.code).toBe(0);
    const page = await fetch(`${readAgentFile(data)?.url}/metrics`);
    expect(page.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const measured = readExposition(await page.text());
    expect(unconventional(measured)).toEqual([]);
    expect(sampleValue(measured, 'hearst_agent_devices', { kind: 'miner', state: 'answering' })).toBe(2);
    const polls = sampleValue(measured, 'hearst_agent_polls_total') ?? 0;
    expect(polls).toBeGreaterThan(0);
    expect(sampleValue(measured, 'hearst_agent_poll_duration_seconds_count', { kind: 'container' })).toBe(polls);
    expect(sampleValue(measured, 'hearst_agent_disk_free_bytes')).toBeGreaterThan(1e6);
    expect(sampleValue(measured, 'process_resident_memory_bytes')).toBeGreaterThan(1e7);
    const second = await agent('run', '--config', config);
    expect(second.code).toBe(75);
    expect(second.err).toContain('another agent');
    first.kill('SIGKILL');
    await once(first, 'close');
    expect((await agent('status')).code).toBe(69);

    // A stale lock blocks nobody, a taken port neither.
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const again = start(['run', '--config', config], {
      HEARST_LOCAL_PORT: String((taken.address() as AddressInfo).port),
    });
    let log = '';
    again.stderr?.on('data', (chunk) => {
      log += chunk;
    });
    await until(() => log.includes('no status page on its port') && log.includes('agent runs'), { withinMs: 30_000 });
    again.kill('SIGTERM');
    expect((await once(again, 'close'))[0]).toBe(0);
    taken.close();
    expect(existsSync(join(data, 'agent.lock'))).toBe(false);
  }, 90_000);
});

async function ready(data: string): Promise<number> {
  const url = readAgentFile(data)?.url;
  if (!url) return 0;
  return (await fetch(`${url}/readyz`)).status;
}
