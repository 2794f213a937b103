import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** How hard to compress; tests take 1. */
export const THOROUGH = 9;

/**
 * A tar.gz of a folder's content, the same bytes for the same content: sorted, of root, without times. `prefix` stands
 * before every name.
 */
export async function writeArchive(folder: string, target: string, prefix: string, level: number): Promise<void> {
  const tar = spawn(
    'tar',
    [
      ...['--create', '--directory', folder, '--format=gnu', '--sort=name', '--mtime=@0'],
      ...[
        '--owner=0',
        '--group=0',
        '--numeric-owner',
        '--mode=u+rwX,go+rX,go-w',
        `--transform=flags=rh;s,^\\./,${prefix},`,
      ],
      '.',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, LC_ALL: 'C' } },
  );
  const ended = new Promise<void>((resolve, reject) => {
    tar.once('error', reject);
    tar.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`tar ended with ${code}`))));
  });
  await Promise.all([pipeline(tar.stdout, createGzip({ level }), createWriteStream(target)), ended]);
}
