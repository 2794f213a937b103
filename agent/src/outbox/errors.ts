/**
 * Why the outbox did not do what it was asked. The set is closed:
 *
 * - `full`: no room, and nothing left that may be given up
 * - `io`: the disk refused a write or a read
 * - `locked`: another process has the file open
 * - `newer_version`: the file was written by a newer program
 * - `unreadable`: the file or its folder cannot be opened (permissions, a folder in its place)
 * - `unsafe`: SQLite did not take a setting that durability rests on
 * - `closed`: used after `close()`
 */
export type OutboxErrorCode = 'full' | 'io' | 'locked' | 'newer_version' | 'unreadable' | 'unsafe' | 'closed';

export class OutboxError extends Error {
  readonly code: OutboxErrorCode;

  constructor(code: OutboxErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'OutboxError';
    this.code = code;
  }

  /** Whether the same call can succeed later without a person's help. */
  get retryable(): boolean {
    return this.code === 'full' || this.code === 'io';
  }
}

/** SQLite's own code of an error (`SQLITE_FULL`, `SQLITE_IOERR_WRITE` ...), or an empty string. */
export function sqliteCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : '';
}

/** The file itself is damaged: it has to be set aside. */
export function isDamage(error: unknown): boolean {
  return error instanceof DamagedFile || /^SQLITE_(CORRUPT|NOTADB)/.test(sqliteCode(error));
}

/** No room, by the cap or by the disk. A full disk shows as either of the two, so they are treated alike. */
export function isNoRoom(error: unknown): boolean {
  return /^SQLITE_(FULL|IOERR)/.test(sqliteCode(error));
}

/** Found by our own checks rather than by SQLite. */
export class DamagedFile extends Error {
  override name = 'DamagedFile';
}

/** New data would take the pages that making room needs. */
export class NoRoom extends Error {
  override name = 'NoRoom';
  readonly code = 'SQLITE_FULL';
}

/** An error of SQLite or the file system in the outbox's words. */
export function asOutboxError(error: unknown, doing: string, path: string): Error {
  if (error instanceof OutboxError) return error;
  const code = sqliteCode(error) || String((error as NodeJS.ErrnoException).code ?? '');
  const text = (why: string) => `${doing}: ${path}: ${why} (${code || String(error)})`;
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC') {
    return new OutboxError('full', text('no room: free disk space or raise outbox.max_size'), error);
  }
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO' || code === 'EFBIG') {
    return new OutboxError('io', text('the disk refused: check its health and free space'), error);
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new OutboxError('locked', text('another process has it open: only one agent may use a data folder'), error);
  }
  if (/^SQLITE_(CANTOPEN|READONLY|PERM|AUTH)/.test(code) || /^(EACCES|EPERM|EISDIR|ENOTDIR|EROFS|ENOENT)$/.test(code)) {
    return new OutboxError('unreadable', text('cannot be opened: check owner and mode of the folder'), error);
  }
  return error instanceof Error ? error : new Error(String(error));
}
