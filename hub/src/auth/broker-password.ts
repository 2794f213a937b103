import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(pbkdf2);
/** As mosquitto_passwd does it. A secret of 256 random bits needs no slow hash. */
const ITERATIONS = 101;
const SALT_BYTES = 12;
const HASH_BYTES = 64;

/**
 * A password as Mosquitto's password file holds it: `$7$iterations$salt$hash`, PBKDF2 with SHA-512, salt and hash in
 * base64 (mosquitto 2.0, src/password_mosq.c: `mosquitto_passwd` writes it, the broker reads the iterations from it).
 */
export async function brokerPassword(secret: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(secret, salt, ITERATIONS, HASH_BYTES, 'sha512');
  return `$7$${ITERATIONS}$${salt.toString('base64')}$${hash.toString('base64')}`;
}
