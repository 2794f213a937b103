import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, HubError } from './errors.ts';

/**
 * The hub's own key: 32 random bytes in `<data folder>/hub.key` (mode 0600). What the database must hold but a copy of
 * the database alone must not give away (the agents' HMAC keys) is encrypted with it, by AES-256-GCM.
 *
 * A sealed value is one version byte, 12 bytes of nonce, 16 bytes of tag, then the ciphertext.
 */
export class KeyFile {
  readonly #key: Buffer;

  private constructor(key: Buffer) {
    this.#key = key;
  }

  /** Opens the key file of a data folder, making it on first use; two hubs starting at once end with the same key. */
  static async open(dataDir: string): Promise<KeyFile> {
    const path = join(dataDir, NAME);
    const known = await readKey(path);
    if (known !== undefined) return new KeyFile(known);
    try {
      await mkdir(dataDir, { recursive: true });
      await writeKey(path);
    } catch (error) {
      throw new HubError(
        `The hub cannot make its key file ${path}: ${(error as Error).message}. ` +
          'Let its user write to the data folder, make room on the disk, or choose another HEARST_DATA_DIR.',
        { cause: error },
      );
    }
    const made = await readKey(path);
    if (made === undefined) throw new HubError(`The key file ${path} vanished while the hub started. Start it again.`);
    return new KeyFile(made);
  }

  /** Seals `plain`; every call gives other bytes. */
  encrypt(plain: Buffer): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), sealed]);
  }

  /** 32 bytes that tell whether two values are the same, and to nobody without the key what they are. */
  fingerprint(value: Buffer): Buffer {
    const key = Buffer.from(hkdfSync('sha256', this.#key, '', 'fingerprint', KEY_BYTES));
    return createHmac('sha256', key).update(value).digest();
  }

  /** Opens what `encrypt` sealed; throws when it was sealed with another key or changed since. */
  decrypt(sealed: Buffer): Buffer {
    const start = 1 + NONCE_BYTES + TAG_BYTES;
    if (sealed.length < start || sealed[0] !== VERSION) throw new KeyError('it is not a value this hub sealed');
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(1, 1 + NONCE_BYTES));
    decipher.setAuthTag(sealed.subarray(1 + NONCE_BYTES, start));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(start)), decipher.final()]);
    } catch {
      throw new KeyError('it was sealed with another key or changed since');
    }
  }
}

/** A stored secret cannot be opened: the data folder's key and the database do not belong together. */
export class KeyError extends Error {
  constructor(reason: string) {
    super(
      `A secret stored in the database cannot be opened: ${reason}. ` +
        `Put back the ${NAME} that belongs to this database into the data folder, or enrol the agent again.`,
    );
    this.name = 'KeyError';
  }
}

const NAME = 'hub.key';
const VERSION = 1;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

async function readKey(path: string): Promise<Buffer | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new HubError(
      `The hub cannot read its key file ${path}: ${error.message}. Let the user it runs as read that file.`,
      { exitCode: EXIT.configuration, cause: error },
    );
  });
  if (text === undefined) return undefined;
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new HubError(
    `The key file ${path} does not hold 32 bytes in base64. Put back the copy from your backup; ` +
      'without it the agents of this hub must be enrolled again (then remove the file).',
    { exitCode: EXIT.configuration },
  );
}

/** Whole or not at all, and never over a key that is there: written aside, synced, then linked into place. */
async function writeKey(path: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(aside, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}
