import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import Database from 'better-sqlite3';
import { DamagedFile, OutboxError } from './errors.ts';

/** The version of `schema.sql`, kept in the file's `user_version`. */
const FILE_VERSION = 1;
const PAGE_SIZE = 4096;
/** Pages new data leaves free in the file: deleting needs some too while SQLite rebalances its trees. */
export const RESERVE_PAGES = 12;
/** A version beyond this was never written by any program: the header is damaged. */
const LARGEST_VERSION = 1000;

const SCHEMA = readFileSync(new URL('schema.sql', import.meta.url), 'utf8');
const MAGIC = 'SQLite format 3\0';

/**
 * Opens or creates an outbox file and makes sure that a commit survives a power cut: WAL with
 * `synchronous=FULL`, read back and refused otherwise (better-sqlite3's default in WAL mode is NORMAL).
 * The lock is exclusive, so a second process is turned away instead of writing beside us.
 *
 * Throws `OutboxError` (`newer_version`, before anything is touched; `unsafe`) or `DamagedFile`; errors of
 * SQLite pass through.
 */
export function openFile(path: string, maxBytes: number): Database.Database {
  checkHeader(path);
  const db = new Database(path, { timeout: 1000 });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma(`page_size = ${PAGE_SIZE}`);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('wal_autocheckpoint = 256');
    db.pragma(`journal_size_limit = ${4 * 1024 * 1024}`);
    db.pragma('cache_size = -8192');
    db.pragma('foreign_keys = ON');
    assertDurable(db);
    if (db.pragma('user_version', { simple: true }) === 0) create(db);
    checkPages(db);
    capFile(db, maxBytes);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Lets the file grow up to `maxBytes`. */
export function capFile(db: Database.Database, maxBytes: number): void {
  db.pragma(`max_page_count = ${Math.max(1, Math.floor(maxBytes / PAGE_SIZE))}`);
}

/** Lets the file grow no more, but for the pages that making room in it takes. */
export function holdFile(db: Database.Database): void {
  db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + RESERVE_PAGES}`);
}

/** Throws `unsafe` unless a commit on this connection is on the disk when it returns (R1). */
function assertDurable(db: Database.Database): void {
  const settings = {
    journal: db.pragma('journal_mode', { simple: true }),
    sync: db.pragma('synchronous', { simple: true }),
  };
  if (settings.journal !== 'wal' || settings.sync !== 2) {
    throw new OutboxError(
      'unsafe',
      `outbox: SQLite runs with journal_mode=${String(settings.journal)} synchronous=${String(settings.sync)}, ` +
        'expected wal and 2 (FULL): put the data folder on a local disk',
    );
  }
}

/** Looks at the file's first bytes without SQLite, so that a newer file is refused untouched. */
function checkHeader(path: string): void {
  if (!existsSync(path)) return;
  const file = openSync(path, 'r');
  try {
    if (fstatSync(file).size === 0) return;
    const header = Buffer.alloc(100);
    const length = readSync(file, header, 0, header.length, 0);
    if (length < header.length || header.toString('latin1', 0, MAGIC.length) !== MAGIC) {
      throw new DamagedFile('not an SQLite file');
    }
    const version = header.readInt32BE(60);
    if (version < 0 || version > LARGEST_VERSION) throw new DamagedFile(`impossible version ${version}`);
    if (version > FILE_VERSION) {
      throw new OutboxError(
        'newer_version',
        `outbox: ${path} is of version ${version}, this program reads up to ${FILE_VERSION}: ` +
          'install the newer agent again, nothing was changed',
      );
    }
  } finally {
    closeSync(file);
  }
}

function create(db: Database.Database): void {
  db.transaction(() => {
    db.exec(SCHEMA);
    db.pragma(`user_version = ${FILE_VERSION}`);
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
}

/**
 * Checks structure and indexes of everything but the bodies: those are most of the file (8 GB would take
 * minutes) and each is checked against its hash whenever it is read.
 */
function checkPages(db: Database.Database): void {
  for (const table of ['meta', 'outboxes', 'boots', 'streams', 'batches']) {
    const faults = db.pragma(`quick_check(${table})`) as { quick_check: string }[];
    const first = faults[0]?.quick_check;
    if (first !== 'ok') throw new DamagedFile(`quick_check(${table}): ${first ?? 'no answer'}`);
  }
}
