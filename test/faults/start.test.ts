import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentAlone } from '../harness/agent-alone.ts';
import { hasMosquitto, mosquitto } from '../harness/mosquitto.ts';
import { needs } from '../harness/needs.ts';
import { freePort } from '../harness/ports.ts';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.ts';
import { Program, programPath } from '../harness/process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { until } from '../harness/until.ts';

let folder: ReturnType<typeof temporaryFolder>;
let taken: Server;
let takenPort: number;
beforeEach(async () => {
  folder = temporaryFolder('start');
  taken = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  takenPort = (taken.address() as { port: number }).port;
});
afterEach(async () => {
  await new Promise((resolve) => taken.close(resolve));
  folder[Symbol.dispose]();
});

describe('an agent that cannot start as it was told says why and what to do', () => {
  it('a site file with faults: all of them at once, each with its line, exit 78', async () => {
    const agent = await AgentAlone.create({ folder: folder.path });
    agent.edit('interval: 1s', 'intervall: 1s');
    agent.edit('project: QATAR-001', 'project: qatar');
    agent.edit('127.20.2.1-127.20.2.4', '127.20.2.1-127.20.2.9');
    const { code, said } = await agent.ends();
    expect(code).toBe(78);
    expect(said).toContain('3 errors');
    expect(said).toContain(agent.siteFile);
    for (const line of ['    2 | site:', '    3 | poll:', '    5 |   - { id: QATAR-C09']) expect(said).toContain(line);
    expect(said).toContain('interval'); // what was meant by intervall
    expect(said.match(/-> /g)).toHaveLength(3);
    expect(existsSync(join(agent.data, 'outbox'))).toBe(false);
  });

  it('no site file at all', async () => {
    const agent = await AgentAlone.create({ folder: folder.path });
    const program = new Program({
      name: 'agent',
      command: [
        'node',
        programPath('agent/src/main.ts'),
        'run',
        '--config',
        '/nowhere/agent.yaml',
        '--data',
        agent.data,
      ],
      logFile: join(folder.path, 'none.log'),
    });
    program.start();
    expect((await program.end(20_000)).code).toBe(78);
    expect(program.log()).toMatch(/does not exist: \/nowhere\/agent\.yaml[\s\S]*--config FILE/);
  });

  it('a local page whose port is taken costs the page, not the readings', async () => {
    const agent = await AgentAlone.create({ folder: folder.path, localPort: takenPort });
    agent.program.start();
    await until(() => /no status page/.test(agent.program.log()), {
      withinMs: 20_000,
      what: () => agent.program.tail(),
    });
    expect(agent.program.log()).toMatch(/set local\.port or HEARST_LOCAL_PORT/);
    const file = join(agent.data, 'outbox', 'outbox.db-wal');
    const size = statSync(file).size;
    await until(() => statSync(file).size > size, { withinMs: 10_000, what: 'the outbox to grow' });
    expect((await agent.program.stop()).code).toBe(0);
  });

  it('a data folder that another agent works in: exit 75, and the other goes on', async () => {
    const first = await AgentAlone.create({ folder: folder.path });
    await first.keeps();
    const { pid } = first.program;
    using elsewhere = temporaryFolder('second');
    const second = new Program({
      name: 'second',
      command: ['node', programPath('agent/src/main.ts'), 'run', '--config', first.siteFile, '--data', first.data],
      logFile: join(elsewhere.path, 'second.log'),
    });
    second.start();
    expect((await second.end(20_000)).code).toBe(75);
    expect(second.log()).toContain(`another agent (process ${pid}) works in the data folder ${first.data}`);
    expect(second.log()).toContain('--data DIR');
    expect(first.program.running).toBe(true);
    await first.program.stop();
  });

  it('an outbox of a newer version is refused untouched: exit 78', async () => {
    const agent = await AgentAlone.create({ folder: folder.path });
    await agent.keeps();
    await agent.program.stop();
    const path = join(agent.data, 'outbox', 'outbox.db');
    const file = new Database(path);
    file.pragma('user_version = 2');
    file.pragma('wal_checkpoint(TRUNCATE)');
    file.close();
    const before = readFileSync(path);
    const { code, said } = await agent.ends();
    expect(code).toBe(78);
    expect(said).toMatch(/outbox\.db is of version 2, this program reads up to 1/);
    expect(said).toContain('Install the newer agent again');
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  const root = process.getuid?.() === 0 && existsSync('/usr/bin/setpriv');
  it.skipIf(!needs(() => root, 'root and setpriv, to become somebody without rights'))(
    'an outbox that its user may not open: told with path and remedy, and opened once mended',
    async () => {
      chmodSync(folder.path, 0o755);
      const nobody = ['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
      const agent = await AgentAlone.create({ folder: folder.path, through: nobody });
      chownSync(agent.data, 65_534, 65_534);
      await agent.keeps();
      expect((await agent.program.stop()).code).toBe(0);
      const outbox = join(agent.data, 'outbox');
      const path = join(outbox, 'outbox.db');
      chownSync(path, 0, 0);
      chmodSync(path, 0o600);
      const { code, said } = await agent.ends();
      expect(code).toBe(1);
      expect(said).toContain(path);
      expect(said).toMatch(/cannot be opened: check owner and mode/);
      chownSync(path, 65_534, 65_534);
      const held = count(path).batches;
      await agent.keeps();
      const { outbox: now } = await agent.page<{ outbox: { batches: number } }>();
      expect(now.batches).toBeGreaterThan(held);
      await agent.program.stop();
    },
  );
});

function count(path: string): { batches: number } {
  const file = new Database(path, { readonly: true });
  try {
    return file.prepare<[], { batches: number }>('select count(*) as batches from batches').get()!;
  } finally {
    file.close();
  }
}

describe('a hub that cannot start as it was told says why and what to do', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const hub = (env: Record<string, string>): Program =>
    new Program({
      name: 'hub',
      command: ['node', programPath('hub/src/main.ts'), 'serve'],
      env: {
        HEARST_DATA_DIR: folder.path,
        DATABASE_URL: database.url,
        MQTT_URL: '',
        HEARST_HTTP_PORT: '0',
        HEARST_MQTT_PORT: '0',
        ...env,
      },
      logFile: join(folder.path, 'hub.log'),
    });

  const refusal = async (env: Record<string, string>): Promise<{ code: number | null; said: string }> => {
    const program = hub(env);
    program.start();
    const { code } = await program.end(30_000);
    return { code, said: program.log() };
  };

  it('ports in use', async () => {
    const http = await refusal({ HEARST_HTTP_PORT: String(takenPort) });
    expect(http.code).toBe(1);
    expect(http.said).toMatch(new RegExp(`cannot serve HTTP on 127\\.0\\.0\\.1:${takenPort}: the port is in use`));
    expect(http.said).toMatch(/set HEARST_HTTP_PORT to another port/);
    const mqtt = await refusal({ HEARST_MQTT_PORT: String(takenPort) });
    expect(mqtt.code).toBe(1);
    expect(mqtt.said).toMatch(
      new RegExp(`broker cannot listen on 127\\.0\\.0\\.1:${takenPort}: another program uses it`),
    );
    expect(mqtt.said).toMatch(/set HEARST_MQTT_PORT to a free port/);
  });

  it('a database of a newer version is left alone', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      "insert into hearst_schema.migrations (version, name, hash) values (9999, 'from_the_future', '')",
    );
    const { code, said } = await refusal({});
    expect(code).not.toBe(0);
    expect(said).toMatch(/database is of a newer version \(9999\) than this hub/);
    expect(said).toMatch(/Start the newer hub, or restore the backup/);
    const { rows } = await client.query('select count(*)::int as count from projects');
    await client.end();
    expect(rows).toEqual([{ count: 0 }]);
  });

  it('a database whose password is wrong: told without the password', async () => {
    const url = new URL(database.url);
    url.password = 'not-the-password';
    const { code, said } = await refusal({ DATABASE_URL: url.href });
    expect(code).not.toBe(0);
    expect(said).toMatch(/password/);
    expect(said).toContain('DATABASE_URL');
    expect(said).not.toContain('not-the-password');
  });

  it('faults of the environment, all at once: exit 78', async () => {
    const { code, said } = await refusal({ HEARST_HTTP_PORT: 'eighty', MQTT_URL: 'http://broker' });
    expect(code).toBe(78);
    expect(said).toContain('2 faults');
    expect(said).toContain('HEARST_HTTP_PORT');
    expect(said).toContain('MQTT_URL');
  });

  it.skipIf(!needs(hasMosquitto, "Debian's mosquitto"))('a broker that refuses its login', async () => {
    const broker = mosquitto(folder.path, await freePort());
    broker.program.start();
    try {
      const url = new URL(broker.url);
      await until(() => /running/.test(broker.program.log()), { withinMs: 10_000, what: () => broker.program.tail() });
      url.password = 'not-the-password';
      const { code, said } = await refusal({ MQTT_URL: url.href });
      expect(code).toBe(1);
      expect(said).toContain(`The broker at mqtt://127.0.0.1:${url.port}`);
      expect(said).toMatch(/refuses the hub's login[\s\S]*Check user and password in MQTT_URL/);
      expect(said).not.toContain('not-the-password');
    } finally {
      await broker.program.stop();
    }
  });
});

/** A program in a folder of its own, one of its packages a copy that may be spoilt. */
function ownCopy(program: 'agent' | 'hub', spoilt: string): { main: string; spoilt: string } {
  const main = programPath(`${program}/src/main.ts`);
  const [from, to] = [dirname(dirname(main)), join(folder.path, program)];
  for (const name of ['src', 'package.json']) cpSync(join(from, name), join(to, name), { recursive: true });
  const copy = join(to, 'node_modules', spoilt);
  mkdirSync(dirname(copy), { recursive: true });
  for (const place of new Set(['.', dirname(spoilt)]))
    for (const name of readdirSync(join(from, 'node_modules', place)).filter((each) => !each.startsWith('.'))) {
      const path = join(place, name);
      if (path === spoilt || existsSync(join(to, 'node_modules', path))) continue;
      symlinkSync(realpathSync(join(from, 'node_modules', path)), join(to, 'node_modules', path));
    }
  const sources = /\/(deps|src)$/; // of SQLite: 10 MB that nothing loads
  cpSync(realpathSync(join(from, 'node_modules', spoilt)), copy, {
    ...{ recursive: true, filter: (path) => !sources.test(path) },
  });
  return { main: join(to, main.slice(from.length)), spoilt: copy };
}

describe('an installation that lacks a part says so and is not started again (exit 78)', () => {
  it.each<[string, (folder: string) => void]>([
    ['is not there', (spoilt) => rmSync(join(spoilt, 'prebuilds'), { recursive: true })],
    [
      'is made for another machine',
      (spoilt) =>
        cpSync(
          join(spoilt, 'prebuilds/win32-x64.node'),
          join(spoilt, `prebuilds/${process.platform}-${process.arch}.node`),
        ),
    ],
    ['is not there with its package', (spoilt) => rmSync(spoilt, { recursive: true })],
  ])('the agent whose SQLite %s: nothing is touched', async (_, spoil) => {
    const copy = ownCopy('agent', 'better-sqlite3');
    spoil(copy.spoilt);
    const agent = await AgentAlone.create({ folder: folder.path });
    agent.program.become(['node', copy.main, 'run', '--config', agent.siteFile, '--data', agent.data]);
    const { code, said } = await agent.ends();
    expect(code, said).toBe(78);
    expect(said).toContain('E1408');
    expect(said).toMatch(/part of this installation cannot be loaded[\s\S]*Install this version again/);
    expect(said).not.toMatch(/^ +at /m);
    expect(existsSync(join(agent.data, 'outbox', 'outbox.db'))).toBe(false);
  });

  it('the hub without the machine code that hashes passwords: before it takes a login or a reading', async () => {
    const copy = ownCopy('hub', '@node-rs/argon2');
    const program = new Program({
      name: 'hub',
      command: ['node', copy.main, 'serve'],
      // Where a package manager's wrapper runs the tests, this would find the part in the repository.
      env: { HEARST_DATA_DIR: folder.path, HEARST_HTTP_PORT: '0', HEARST_MQTT_PORT: '0', NODE_PATH: '' },
      logFile: join(folder.path, 'spoilt.log'),
    });
    program.start();
    const { code } = await program.end(20_000);
    expect(code, program.log()).toBe(78);
    expect(program.log()).toMatch(/machine code of @node-rs\/argon2 is not there[\s\S]*Install this version again/);
    expect(program.log()).not.toMatch(/^ +at /m);
    expect(existsSync(join(folder.path, 'postgres'))).toBe(false);
  });
});
