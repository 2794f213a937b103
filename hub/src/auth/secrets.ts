import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits as text (43 characters, base64url): too many to guess, so a plain SHA-256 keeps them safe at rest. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** How secrets of 256 bits are kept: the SHA-256 of their text. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}
