import { closeSync, fstatSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';

const ROTATE_AT_BYTES = 10 * 1024 * 1024;

/** The server's own log. Handed to the server as its output, so that it goes on when the hub is killed. */
export class LogFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Opens it for one run of the server, the previous one set aside when it has grown large. */
  open(): { fd: number; start: number } {
    const size = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > ROTATE_AT_BYTES) renameSync(this.path, `${this.path}.1`);
    const fd = openSync(this.path, 'a', 0o600);
    return { fd, start: fstatSync(fd).size };
  }

  close(fd: number): void {
    closeSync(fd);
  }

  /** What was written since `start`, in bytes from the beginning. */
  since(start: number): string {
    return readFileSync(this.path).subarray(start).toString();
  }
}
