import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TestCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
// Object identifiers, encoded.
const ECDSA_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const ALTERNATIVE_NAME = Buffer.from('0603551d11', 'hex');

/**
 * A self-made certificate for 127.0.0.1 and its key, as `<name>.crt` and `<name>.key` in a folder.
 *
 * @param options.lastByte of the address it is for, 127.0.0.x
 * @param options.endsInMs when it ends, from now
 */
export function makeCertificate(
  folder: string,
  name = 'tls',
  { lastByte = 1, endsInMs = DAY_MS }: { lastByte?: number; endsInMs?: number } = {},
): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const algorithm = sequence(ECDSA_SHA256);
  const who = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from('127.0.0.1')))));
  const content = sequence(
    der(0xa0, der(0x02, Buffer.of(2))), // version 3
    der(0x02, Buffer.concat([Buffer.of(1), randomBytes(15)])), // serial number
    algorithm,
    who,
    sequence(utcTime(Date.now() - DAY_MS), utcTime(Date.now() + endsInMs)),
    who,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(ALTERNATIVE_NAME, der(0x04, sequence(der(0x87, Buffer.of(127, 0, 0, lastByte))))))),
  );
  const signature = sign('sha256', content, privateKey);
  const certificate = sequence(content, algorithm, der(0x03, Buffer.concat([Buffer.of(0), signature])));
  const cert = pem('CERTIFICATE', certificate);
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const made = { certFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`), cert, key };
  writeFileSync(made.certFile, cert);
  writeFileSync(made.keyFile, key, { mode: 0o600 });
  return made;
}

/** One value in DER: tag, length, content. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const prefix = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...prefix), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function utcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/\D/g, '');
  return der(0x17, Buffer.from(`${digits.slice(2, 14)}Z`));
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
