import { createWriteStream } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

/** A list is a few lines; more is no list. */
const LIST_BYTES = 64 * 1024;
const LIST_MS = 20_000;
/** An archive is about 50 MB; a slow line may take its time. */
const ARCHIVE_MS = 60 * 60_000;

/** Where a release lies: a folder (a USB stick) or a web address. Nothing that comes from it is trusted. */
export interface Place {
  /** For messages. */
  readonly name: string;
  /** A small file. */
  read(file: string): Promise<Buffer>;
  /** Copies a file to a path. */
  fetch(file: string, to: string): Promise<void>;
}

export function placeAt(where: string): Place {
  return /^https?:\/\//.test(where) ? webPlace(where) : folderPlace(where);
}

const folderPlace = (folder: string): Place => ({
  name: folder,
  read: async (file) => bounded(await readFile(join(folder, file)), file),
  fetch: (file, to) => copyFile(join(folder, file), to),
});

function webPlace(address: string): Place {
  const ask = async (file: string, withinMs: number): Promise<Response> => {
    const url = `${address.replace(/\/+$/, '')}/${file}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return response;
  };
  return {
    name: address,
    read: async (file) => bounded(Buffer.from(await (await ask(file, LIST_MS)).arrayBuffer()), file),
    fetch: async (file, to) => {
      const { body } = await ask(file, ARCHIVE_MS);
      if (body === null) throw new Error(`${address}/${file} is empty`);
      await pipeline(Readable.fromWeb(body as ReadableStream), createWriteStream(to));
    },
  };
}

function bounded(bytes: Buffer, file: string): Buffer {
  if (bytes.length > LIST_BYTES) throw new Error(`${file} is too large to be a list (${bytes.length} bytes)`);
  return bytes;
}
