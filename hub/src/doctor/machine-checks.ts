import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { dirname, join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { type HubConfig, isWildcard } from '../config.ts';
import { clusterFolder } from '../database-place.ts';
import { brokerFault } from './broker.ts';
import { type Check, error, type Found, ok, skipped, warning } from './check.ts';

const DAY_MS = 24 * 3_600_000;
const GB = 1e9;
const WAIT_MS = 5_000;

/** Whether machine, network and certificates are as the hub needs them. */
export const MACHINE_CHECKS: readonly Check[] = [
  { code: 'H1201', name: 'disk', run: ({ config }) => disk(config) },
  { code: 'H1202', name: 'hub.key', run: ({ config }) => keyFile(config) },
  {
    code: 'H1203',
    name: 'hub.ready',
    run: async ({ config, hub }) => {
      if (hub?.ready === true) return ok('answers and is ready');
      if (hub !== null)
        return error(
          `the hub is not ready: ${hub.missing.join('; ')}`,
          'it runs and waits for what it names',
          'the checks above and below say what is wrong with it; the log of the hub has the rest',
        );
      return warning(
        `no hub answers on port ${config.httpPort} of this machine`,
        'it is stopped, or listens elsewhere than this environment says (HEARST_HTTP_PORT, HEARST_HOST)',
        'systemctl status hearst-hub; journalctl -u hearst-hub -n 50',
      );
    },
  },
  { code: 'H1204', name: 'broker', run: async ({ config, hub }) => broker(config, hub !== null) },
  { code: 'H1205', name: 'public-url', run: ({ config }) => publicUrl(config) },
  { code: 'H1206', name: 'certificate', run: ({ config, now }) => certificate(config, now()) },
];

async function disk({ dataDir, databaseUrl }: HubConfig): Promise<Found> {
  const folders = [dataDir, ...(databaseUrl === null ? [clusterFolder(dataDir)] : [])].map(nearest);
  const found = await Promise.all(
    [...new Set(folders)].map(async (folder) => {
      const { bavail, blocks, bsize } = await statfs(folder);
      return { folder, free: bavail * bsize, share: bavail / Math.max(1, blocks) };
    }),
  );
  const least = found.reduce((a, b) => (a.free <= b.free ? a : b));
  const says = `${(least.free / GB).toFixed(1)} GB (${Math.round(least.share * 100)} %) free at ${least.folder}`;
  if (least.free >= 5 * GB || (least.share >= 0.1 && least.free >= 2 * GB)) return ok(says);
  return (least.free < 0.5 * GB ? error : warning)(
    says,
    'readings, the write-ahead log or something else has filled the disk; a hub without room holds the agents',
    `make room or enlarge the disk: du -xh --max-depth=2 ${least.folder} | sort -h | tail`,
  );
}

/** The folder itself, or where it would be made. */
function nearest(folder: string): string {
  return existsSync(folder) ? folder : nearest(dirname(folder));
}

async function keyFile({ dataDir }: HubConfig): Promise<Found> {
  const path = join(dataDir, 'hub.key');
  if (!existsSync(path)) return skipped(`${path} is made when a hub first starts`);
  const { mode } = await stat(path);
  if ((mode & 0o077) === 0) return ok('for its owner alone');
  return error(
    `${path} may be read by others (mode ${(mode & 0o777).toString(8)})`,
    'its mode was changed: whoever reads it and the database can write in the name of every agent',
    `chmod 600 ${path}`,
  );
}

async function broker(config: HubConfig, hubRuns: boolean): Promise<Found> {
  if (config.mqttUrl === null) {
    if (!hubRuns) return skipped('the hub brings the broker, and does not run');
    const fault = await tcpFault(isWildcard(config.host) ? '127.0.0.1' : config.host, config.mqttPort);
    if (fault === null) return ok(`the hub's own takes connections on port ${config.mqttPort}`);
    return error(
      `nobody answers on port ${config.mqttPort}: ${fault}`,
      "the hub's own broker listens elsewhere, or a firewall of this machine is in between",
      'HEARST_MQTT_PORT and HEARST_HOST as for serve; ss -ltnp',
    );
  }
  const fault = await brokerFault(config.mqttUrl, WAIT_MS);
  if (fault === null) return ok(`takes the hub's login at ${new URL(config.mqttUrl).host}`);
  return error(
    `${new URL(config.mqttUrl).host} does not take the hub: ${fault}`,
    'the broker is down, out of reach, or refuses user and password of MQTT_URL',
    'check that it runs and that MQTT_URL is right; the password file of the broker must hold the user',
  );
}

function tcpFault(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port, timeout: WAIT_MS });
    const end = (fault: string | null): void => {
      socket.destroy();
      resolve(fault);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end(`no answer within ${WAIT_MS / 1000} s`));
    socket.once('error', (fault: NodeJS.ErrnoException) => end(fault.code ?? fault.message));
  });
}

async function publicUrl({ publicUrl }: HubConfig): Promise<Found> {
  if (publicUrl === null) return skipped('HEARST_PUBLIC_URL is not set');
  const url = new URL('/healthz', publicUrl);
  const cause =
    'the proxy or the name in front of the hub does not lead to it, or this machine may not go out and in again';
  const next = `from a site: curl -v ${url.href}; check HEARST_PUBLIC_URL, DNS and the proxy`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(WAIT_MS), redirect: 'manual' });
    await answer.arrayBuffer();
    return answer.ok ? ok(`${publicUrl} answers`) : error(`${url.href} answers ${answer.status}`, cause, next);
  } catch (fault) {
    const { cause: inner, message } = fault as Error & { cause?: { code?: string } };
    return error(`${url.href} does not answer: ${inner?.code ?? message}`, cause, next);
  }
}

/** What the hub serves, or what the proxy in front of it does. */
async function certificate(config: HubConfig, now: number): Promise<Found> {
  const until = config.tls ? new X509Certificate(config.tls.cert).validToDate : await servedUntil(config.publicUrl);
  if (until === null) return skipped('no https to look at: neither HEARST_TLS_CERT nor an https HEARST_PUBLIC_URL');
  const days = Math.floor((+until - now) / DAY_MS);
  const says = `good for ${days} days, until ${until.toISOString().slice(0, 10)}`;
  if (days >= 21) return ok(says);
  return (days >= 7 ? warning : error)(
    days < 0 ? `ran out ${-days} days ago` : says,
    'it was not renewed in time: when it ends no agent and no browser can connect',
    config.tls ? 'put the new certificate in place and restart the hub' : 'renew the certificate of the proxy',
  );
}

function servedUntil(url: string | null): Promise<Date | null> {
  const parsed = url === null ? null : new URL(url);
  if (parsed?.protocol !== 'https:') return Promise.resolve(null);
  return new Promise((resolve) => {
    const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1');
    // Whatever it is signed by: only its end is asked for, nothing is sent.
    const socket = connectTls({
      host,
      port: Number(parsed.port || 443),
      servername: host,
      rejectUnauthorized: false,
      timeout: WAIT_MS,
    });
    const end = (until: Date | null): void => {
      socket.destroy();
      resolve(until);
    };
    socket.once('secureConnect', () => end(socket.getPeerX509Certificate()?.validToDate ?? null));
    socket.once('timeout', () => end(null));
    socket.once('error', () => end(null)); // The check of the public address tells of it.
  });
}
