import { existsSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** `0.2.0`; also what a folder of a version may be called, so nothing else is ever touched. */
export const VERSION_NAME = /^\d+\.\d+\.\d+(-[0-9a-z.]+)?$/;

export const newestFirst = (a: string, b: string): number => b.localeCompare(a, 'en', { numeric: true });

/**
 * An agent installed from its archive. Versions stand side by side, each complete with its own Node; a link says which
 * one runs, and changing it is one rename:
 *
 *     <root>/versions/0.1.0/{node, app/, node_modules/, hearst-agent, setup.sh, release-key.pem}
 *     <root>/current -> versions/0.1.0
 */
export class Installation {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** The one this very program belongs to; null when it runs from a checkout. */
  static here(program: string = process.execPath): Installation | null {
    const versions = dirname(dirname(program));
    if (basename(versions) !== 'versions' || !VERSION_NAME.test(basename(dirname(program)))) return null;
    return new Installation(dirname(versions));
  }

  folder(version: string): string {
    return join(this.root, 'versions', version);
  }

  /** Which version the link names; null for none. */
  current(): string | null {
    try {
      return basename(readlinkSync(join(this.root, 'current')));
    } catch {
      return null; // not linked yet
    }
  }

  /** Versions on disk, newest first. */
  versions(): string[] {
    const folder = join(this.root, 'versions');
    return existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => VERSION_NAME.test(name))
          .toSorted(newestFirst)
      : [];
  }

  /** From now on whatever starts is this version. Atomic: at no moment is there no version. */
  switchTo(version: string): void {
    const next = join(this.root, '.current.new');
    rmSync(next, { force: true });
    symlinkSync(join('versions', version), next);
    renameSync(next, join(this.root, 'current'));
  }

  /** Removes every version but these. */
  keepOnly(versions: readonly string[]): void {
    for (const each of this.versions())
      if (!versions.includes(each)) rmSync(this.folder(each), { recursive: true, force: true });
  }

  /** What a service starts: through the link, so that a switch needs no change of the unit. */
  command(): string[] {
    return [join(this.root, 'current', 'node'), join(this.root, 'current', 'app', 'src', 'main.js')];
  }
}
