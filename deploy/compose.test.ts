import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfig } from '../hub/src/config.ts';
import { temporaryFolder } from '../test/harness/temporary-folder.ts';

const FILE = fileURLToPath(new URL('compose.yaml', import.meta.url));
const HERE = dirname(FILE);
const text = (path: string): string => readFileSync(resolve(HERE, path), 'utf8');

const Duration = z.string().regex(/^\d+[smh]$/);
const Count = z.string().regex(/^[1-9]\d*$/);
const Memory = z.string().regex(/^[1-9]\d*[MGmg]$/);
// Strict, so that no word of the file goes unread: Compose refuses a key that it does not know, a test must too.
const Service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string(), target: z.string() }).optional(),
  user: z.string(),
  restart: z.enum(['unless-stopped', 'no']),
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  logging: z.strictObject({
    driver: z.literal('json-file'),
    options: z.strictObject({ 'max-size': Memory, 'max-file': Count }),
  }),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()),
  shm_size: Memory.optional(),
  networks: z.array(z.string()).default([]),
  network_mode: z.literal('host').optional(),
  ports: z.array(z.string()).default([]),
  profiles: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).default({}),
  stop_grace_period: Duration.optional(),
  healthcheck: z.strictObject({
    test: z.array(z.string()),
    interval: Duration,
    timeout: Duration,
    retries: z.int().positive(),
    start_period: Duration.optional(),
  }),
  deploy: z.strictObject({
    resources: z.strictObject({
      limits: z.strictObject({ cpus: Count, memory: Memory, pids: z.int().positive() }),
    }),
  }),
});
const Compose = z.strictObject({
  name: z.string(),
  'x-hardened': z.unknown(),
  services: z.record(z.string(), Service),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.strictObject({})),
});
// A service without one of the fields above, limits and health included, does not parse.
const compose = Compose.parse(parse(readFileSync(FILE, 'utf8'), { merge: true }));
const services = Object.entries(compose.services);

it('is hub, Postgres, Mosquitto and a proxy, and a demo on request', () => {
  expect(services.map(([name]) => name)).toEqual(['postgres', 'mosquitto', 'hub', 'proxy', 'demo']);
  expect(
    services.filter(([, { profiles }]) => profiles.length > 0).map(([name, { profiles }]) => [name, profiles]),
  ).toEqual([['demo', ['demo']]]);
});

it.each(services)('%s is no root, has nothing to write to but what it needs, and no rights', (_name, service) => {
  expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(service.read_only).toBe(true);
  expect(service.cap_drop).toEqual(['ALL']);
  expect(service.security_opt).toContain('no-new-privileges:true');
  expect(service.image).not.toMatch(/:latest$/);
  expect(service.healthcheck.test[0]).toBe('CMD');
  // What is mounted from the repository is only read.
  for (const volume of service.volumes.filter((each) => each.startsWith('.'))) expect(volume).toMatch(/:ro$/);
});

it('starts each when what it needs is healthy', () => {
  const waits = Object.fromEntries(services.map(([name, { depends_on }]) => [name, depends_on]));
  const healthy = { condition: 'service_healthy' };
  expect(waits.hub).toEqual({ postgres: healthy, mosquitto: healthy });
  expect(waits.proxy).toEqual({ hub: healthy });
});

it('lets in from outside TLS alone: the proxy and the broker', () => {
  const open = services.filter(([, { ports }]) => ports.length > 0).map(([name, { ports }]) => [name, ports]);
  expect(open).toEqual([
    ['mosquitto', ['8883:8883']],
    ['proxy', ['443:8443']],
  ]);
  expect(compose.networks.inside?.internal).toBe(true);
  expect(compose.services.postgres?.networks).toEqual(['inside']);
  expect(text('proxy/nginx.conf')).toMatch(/listen 8443 ssl;[\s\S]*ssl_certificate \/run\/secrets\/tls_cert;/);
  const broker = text('mosquitto/mosquitto.conf');
  expect(broker).toMatch(/^listener 8883\ncertfile \/run\/secrets\/tls_cert\nkeyfile \/run\/secrets\/tls_key$/m);
  expect(broker).toMatch(/^allow_anonymous false$/m);
});

it('has every secret in a file, which secrets.sh makes, and none in the environment', () => {
  using folder = temporaryFolder('secrets');
  const run = () =>
    execFileSync('sh', [join(HERE, 'secrets.sh'), 'hub.example.com', folder.path], { encoding: 'utf8' });
  run();
  for (const [name, { secrets }] of services)
    for (const secret of secrets) expect(Object.keys(compose.secrets), `${name}: ${secret}`).toContain(secret);
  const used = new Set(services.flatMap(([, { secrets }]) => secrets));
  expect(Object.keys(compose.secrets).sort()).toEqual([...used].sort());
  for (const { file } of Object.values(compose.secrets)) {
    expect(file).toMatch(/^\.\/secrets\//);
    expect(statSync(join(folder.path, file.slice('./secrets/'.length))).mode & 0o777, file).toBe(0o444);
  }
  expect(statSync(folder.path).mode & 0o777).toBe(0o700);
  for (const [name, { environment }] of services)
    for (const [variable, value] of Object.entries(environment)) {
      expect(value, `${name} ${variable}`).not.toMatch(/:\/\/[^/]*:[^/]*@/);
      if (/PASSWORD|SECRET|TOKEN|DATABASE_URL|^MQTT_URL/.test(variable)) expect(variable).toMatch(/_FILE$/);
    }
  const before = readFileSync(join(folder.path, 'database_url'), 'utf8');
  const password = readFileSync(join(folder.path, 'postgres_password'), 'utf8').trim();
  expect(before).toBe(`postgres://hearst:${password}@postgres:5432/hearst\n`);
  run();
  expect(readFileSync(join(folder.path, 'database_url'), 'utf8')).toBe(before);
});

it('tells the hub nothing that it would refuse', () => {
  using folder = temporaryFolder('secrets');
  execFileSync('sh', [join(HERE, 'secrets.sh'), 'hub.example.com', folder.path]);
  const { environment, secrets, command } = compose.services.hub!;
  const here = (value: string): string =>
    value
      .replace(/^\/run\/secrets\/(\w+)$/, (_, name: string) => join(folder.path, name))
      .replace(/\$\{(\w+):-([^}]*)\}/g, (_, name: string, usual: string) =>
        name === 'HEARST_NAME' ? 'hub.example.com' : usual,
      );
  const env = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, here(value)]));
  const { databaseUrl, mqttUrl, publicUrl, mqttPublicUrl, proxy } = loadConfig(
    { ...env, HEARST_HOST: '0.0.0.0', HEARST_DATA_DIR: '/data' },
    { broker: !command!.includes('--no-broker') },
  );
  expect(databaseUrl).toMatch(/^postgres:\/\/hearst:\w+@postgres:5432\/hearst$/);
  expect(mqttUrl).toMatch(/^mqtt:\/\/hub:\w+@mosquitto:1883$/);
  expect([publicUrl, mqttPublicUrl, proxy]).toEqual(['https://hub.example.com', 'mqtts://hub.example.com:8883', true]);
  // Every name of the hub's is one that its document knows, every file named is one that it is given.
  const known = readFileSync(join(HERE, '..', 'docs', 'operator.md'), 'utf8');
  for (const [name, value] of Object.entries(environment)) {
    expect(known, name).toContain(`\`${name.replace(/_FILE$/, '')}\``);
    if (value.startsWith('/run/secrets/')) expect(secrets).toContain(value.slice('/run/secrets/'.length));
  }
});

it('names no path that is not there', () => {
  const mounted = services.flatMap(([, { volumes }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
  const built = services.flatMap(([, { build }]) =>
    build ? [build.context, join(build.context, build.dockerfile)] : [],
  );
  for (const path of [...mounted.filter((each) => each.startsWith('.')), ...built])
    expect(existsSync(resolve(HERE, path)), path).toBe(true);
  const named = mounted.filter((each) => !each.startsWith('.'));
  expect(Object.keys(compose.volumes).sort()).toEqual(named.sort());
  const targets = [...text('hub/Dockerfile').matchAll(/^FROM \S+ AS (\w+)$/gm)].map(([, name]) => name);
  for (const [, { build }] of services) if (build) expect(targets).toContain(build.target);
});

it('runs the program of the image the same way as the unit of systemd does', () => {
  const unit = text('hub/hearst-hub.service');
  expect(unit).toMatch(/^ExecStart=\/opt\/hearst-hub\/bin\/node \/opt\/hearst-hub\/src\/main\.js serve$/m);
  expect(text('hub/Dockerfile')).toContain('ENTRYPOINT ["/app/bin/node", "/app/src/main.js"]');
  for (const line of ['User=hearst-hub', 'NoNewPrivileges=yes', 'ProtectSystem=strict', 'RestartPreventExitStatus=78'])
    expect(unit).toContain(`\n${line}\n`);
});
