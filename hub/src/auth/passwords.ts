import { type Algorithm, hash, verify } from '@node-rs/argon2';

/** argon2id with 19 MiB, two passes, one lane: 8 ms measured. Stated, so that a new version of the library changes nothing. */
const ARGON2 = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** What a password is compared with where there is none: of 512 random bits that nobody has kept, made as ours are. */
const NOBODYS = '$argon2id$v=19$m=19456,t=2,p=1$RnY6I8D2aMfiqSI/Xs5HiA$vbQ6Zr+o50QIwjjBqP+VWiUbJfbcS0xVdZlXsRBvuxo';

/** Hashes computed at once: each holds 19 MiB and a thread. */
const AT_ONCE = 4;

/**
 * Passwords as they are kept and compared. What holds:
 *
 * - at most four hashes are computed at once, the rest wait their turn;
 * - comparing costs one hash whether or not there is anything to compare with, so that the time does not tell.
 *
 * A password is the same however a keyboard composed its accents (Unicode NFC).
 */
export class Passwords {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** What is stored of a new password. */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(bytesOf(password), ARGON2));
  }

  /** Whether `password` is the one that `stored` was made of. Null, of somebody without a password, is never right. */
  async verify(stored: string | null, password: string): Promise<boolean> {
    const right = await this.#inTurn(() => verify(stored ?? NOBODYS, bytesOf(password)));
    return right && stored !== null;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await work();
    } finally {
      // The place goes to whoever waits longest, or becomes free.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}

function bytesOf(password: string): Buffer {
  return Buffer.from(password.normalize('NFC'), 'utf8');
}
