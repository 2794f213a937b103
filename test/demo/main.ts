import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildDashboard } from '../harness/dashboard.ts';
import { freePorts, isFree } from '../harness/ports.ts';
import { root } from '../harness/process.ts';
import { until } from '../harness/until.ts';
import { World } from '../harness/world.ts';
import { AquaSite } from './aqua.ts';
import { recordBacklog } from './backlog.ts';
import type { DemoFile } from './demo-file.ts';
import { statusLine } from './status-line.ts';
import { admitUsers, type DemoUser, demoUsers } from './users.ts';

/**
 * `npm start`: hub, embedded Postgres and broker, the simulated Qatar site and its agent, each a process of its own,
 * until Ctrl-C. When the first frames are committed it writes `demo.json` into the data folder and prints the same.
 */
const HELP = `npm start -- [--containers N] [--poll SECONDS] [--backlog HOURS] [--aqua]

  --containers N     how many of Qatar's 58 containers stand there (58)
  --poll SECONDS     how often every miner is read (60)
  --backlog HOURS    let the agent deliver that many hours recorded "while the line was down" (0)
  --aqua             beside Qatar's, a second site with an agent of its own: one immersion container of AQUA-001

Ports and data folder: HEARST_HTTP_PORT (8080), HEARST_MQTT_PORT (1883), HEARST_DATA_DIR (./data).
`;

/** Signals within this time are one Ctrl-C. */
const ONE_CTRL_C_MS = 1000;

interface Options {
  containers: number;
  poll: number;
  backlog: number;
  aqua: boolean;
}

function readOptions(args: string[]): Options | null {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      containers: { type: 'string', default: '58' },
      poll: { type: 'string', default: '60' },
      backlog: { type: 'string', default: '0' },
      aqua: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  return {
    containers: within('--containers', values.containers, 1, 3247, true),
    poll: within('--poll', values.poll, 1, 3600, false),
    backlog: within('--backlog', values.backlog, 0, 24 * 30, false),
    aqua: values.aqua,
  };
}

function within(name: string, text: string, least: number, most: number, whole: boolean): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
    throw new Error(`${name} ${text}: expected a ${whole ? 'whole number' : 'number'} from ${least} to ${most}.`);
  }
  return value;
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(HELP);
    return;
  }
  const folder = resolve(root, process.env.HEARST_DATA_DIR || './data');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const users = demoUsers(join(folder, 'demo.json'), process.env);
  const world = await createWorld(folder, options, users);
  const aqua = options.aqua ? await AquaSite.create(world, { pollSeconds: options.poll }) : null;
  const stopAll = async (): Promise<void> => {
    await aqua?.stop();
    await world.stop();
  };

  let stopping: Promise<void> | undefined;
  let askedAt = 0;
  const stop = (): void => {
    // Ctrl-C may reach us several times at once: from the terminal, from npm, from the bootstrap.
    if (stopping && Date.now() - askedAt < ONE_CTRL_C_MS) return;
    if (stopping) process.exit(130); // asked again: leave at once, the programs leave with us
    askedAt = Date.now();
    console.log('\nStopping ...');
    stopping = stopAll();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  try {
    const running = await bringUp({ world, aqua }, options, users, () => stopping !== undefined);
    if (running) await watch({ world, aqua }, options, () => stopping !== undefined);
    await (stopping ?? stopAll());
  } catch (error) {
    if (!stopping) {
      await stopAll().catch((stopError: Error) => console.error(stopError.message));
      throw error;
    }
    await stopping;
  }
  if (stopping) console.log('Stopped. The data is kept; the next start goes on with it.');
}

async function createWorld(folder: string, options: Options, users: readonly DemoUser[]): Promise<World> {
  const [spareMiner = 0, spareModbus = 0, spareControl = 0, spareLocal = 0] = await freePorts(4);
  const pick = async (wanted: number, spare: number) => ((await isFree(wanted)) ? wanted : spare);
  const port = (name: string, usual: number) => Number(process.env[name] || usual);
  return World.create({
    folder,
    containers: options.containers,
    pollSeconds: options.poll,
    noise: true,
    ...(process.env.DATABASE_URL ? { databaseUrl: process.env.DATABASE_URL } : {}),
    hubEnv: {
      ...(process.env.MQTT_URL ? { MQTT_URL: process.env.MQTT_URL } : {}),
      HEARST_ADMIN_EMAIL: users[0]!.email,
      HEARST_ADMIN_PASSWORD: users[0]!.password,
      HEARST_REQUEST_LIMITS: '0',
    },
    ports: {
      http: port('HEARST_HTTP_PORT', 8080) || (await freePorts(1))[0]!,
      mqtt: port('HEARST_MQTT_PORT', 1883) || (await freePorts(1))[0]!,
      miner: await pick(4028, spareMiner),
      modbus: await pick(5020, spareModbus),
      control: await pick(4700, spareControl),
      status: await pick(port('HEARST_LOCAL_PORT', 8081), spareLocal),
    },
  });
}

interface Sites {
  /** Hub, Qatar's site and its agent. */
  world: World;
  aqua: AquaSite | null;
}

/** Starts everything in order; returns null when asked to stop on the way. */
async function bringUp(
  { world, aqua }: Sites,
  options: Options,
  users: DemoUser[],
  stopping: () => boolean,
): Promise<DemoFile | null> {
  const began = Date.now();
  buildDashboard();
  console.log('Starting hub, Postgres, broker and the simulated site ...');
  await world.startHub();
  if (stopping()) return null;
  world.hubCommand('seed');
  const demoPath = join(world.folder, 'demo.json');
  world.apiKey = await usableKey(world, demoPath);
  await admitUsers(world, users);
  await world.startSite();
  if (existsSync(join(world.agentData, 'credential.json'))) world.moveAgent();
  else world.enrol();
  if (options.backlog > 0) {
    console.log(`Recording ${options.backlog} h of readings as if the line had been down ...`);
    await recordBacklog(world, {
      hours: options.backlog,
      intervalS: options.poll,
      containers: options.containers,
      stopping,
    });
  }
  if (stopping()) return null;
  world.agent.start();
  const startedAt = Date.now();
  if (aqua) {
    aqua.world.apiKey = world.apiKey;
    await aqua.start();
  }
  await until(async () => stopping() || (await firstFrames({ world, aqua }, startedAt, options.containers)), {
    withinMs: 180_000,
    everyMs: 250,
    what: () =>
      `the first frames\nagent:\n${world.agent.tail()}\nhub:\n${world.hub.tail()}${aqua ? `\nAQUA-001:\n${aqua.world.agent.tail()}` : ''}`,
  });
  if (stopping()) return null;
  const demo: DemoFile = {
    url: world.httpUrl,
    mqtt: world.mqttUrl,
    database_url: world.databaseUrl(),
    site: world.controlUrl,
    api_key: world.apiKey,
    users,
  };
  writeFileSync(demoPath, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  console.log(`\nRunning after ${Math.round((Date.now() - began) / 1000)} s.

  address   ${demo.url}
  API key   ${demo.api_key}    (super admin)
${users.map(({ role, email, password }) => `  ${role.padEnd(16)}${email.padEnd(32)}${password}`).join('\n')}
  broker    ${demo.mqtt}
  database  ${demo.database_url}
  site      ${world.controlUrl}    (faults: see pnpm sim --help)
${aqua ? `  AQUA-001  ${aqua.world.controlUrl}\n` : ''}  all this  ${demoPath}
  logs      ${world.folder}/{hub,agent,sim}.log

  curl -H "Authorization: Bearer ${demo.api_key}" ${demo.url}/api/projects

Ctrl-C stops it.
`);
  return demo;
}

/** The key of an earlier start where it still opens the API, else a new one. */
async function usableKey(world: World, demoPath: string): Promise<string> {
  if (existsSync(demoPath)) {
    const { api_key: key } = JSON.parse(readFileSync(demoPath, 'utf8')) as Partial<DemoFile>;
    const response = await fetch(`${world.httpUrl}/api/projects`, { headers: { authorization: `Bearer ${key}` } });
    if (key && response.ok) return key;
  }
  return world.createKey('demo');
}

/** Whether every container has a frame that was committed after `since`. */
async function firstFrames({ world, aqua }: Sites, since: number, containers: number): Promise<boolean> {
  if (aqua && !(await aqua.isRead(since))) return false;
  const { data } = await world.api<{ data: { observed_at: string | null }[] }>('/api/projects/QATAR-001/containers');
  return (
    data.filter(({ observed_at }) => observed_at !== null && Date.parse(observed_at) >= since).length >= containers
  );
}

async function watch({ world, aqua }: Sites, options: Options, stopping: () => boolean): Promise<void> {
  const everyMs = process.stdout.isTTY ? 2000 : 10_000;
  for (;;) {
    for (const program of [world.hub, world.agent, world.sim, ...(aqua ? [aqua.world.agent, aqua.world.sim] : [])]) {
      if (!program.running && !stopping()) throw new Error(`${program.name} has ended by itself:\n${program.tail()}`);
    }
    if (stopping()) return;
    try {
      const line = await statusLine(world, options.containers);
      process.stdout.write(process.stdout.isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
    } catch (error) {
      if (!stopping()) console.log(`not answering: ${(error as Error).message}`);
    }
    await sleep(everyMs);
  }
}

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
