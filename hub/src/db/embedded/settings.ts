import { createHash } from 'node:crypto';
import { totalmem } from 'node:os';

/**
 * How the server runs: for a machine with two cores that it shares, and for data that must survive a power cut.
 * TCP on loopback alone: a socket's path may not exceed 107 bytes, and a data folder may lie anywhere.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  max_connections: '60',
  shared_buffers: `${sharedBuffersMb(memoryMb())}MB`,
  max_worker_processes: '4',
  autovacuum_max_workers: '2',
  io_workers: '2',
  // A query over a year of day partitions locks each of them.
  max_locks_per_transaction: '256',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // The binaries are built without lz4 and zstd.
  wal_compression: 'pglz',
  wal_level: 'replica',
  max_wal_senders: '0',
  max_wal_size: '1GB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // LOG and worse, without the errors of single statements: those go to the caller, and would carry parameters.
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

/**
 * A sixteenth of the memory, from 128 MB to 1 GB: the rows of a thousand containers' last two days stand each on a page of
 * its own, and a chart reads hundreds of them. Postgres' own advice of a quarter is for a machine that it has to itself.
 */
export function sharedBuffersMb(memory: number): number {
  return Math.round(Math.min(1024, Math.max(128, memory / 16)));
}

/** What this process may use: the machine's memory, or less where a container holds it. */
function memoryMb(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) / 2 ** 20;
}

/** The settings as arguments of `postgres`, with a fingerprint by which a left-over server can be told from a new one. */
export function serverSettings(
  version: string,
  own: Readonly<Record<string, string>>,
): { args: string[]; fingerprint: string } {
  const settings = Object.entries({ ...SETTINGS, ...own });
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([version, settings]))
    .digest('hex')
    .slice(0, 16);
  const args = [...settings, ['hearst.fingerprint', fingerprint]].flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  return { args, fingerprint };
}
