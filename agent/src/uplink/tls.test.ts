import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer as createPlainServer, type Server } from 'node:net';
import { createServer } from 'node:tls';
import type { Credential } from '@hearst/protocol';
import { afterAll, afterEach, expect, test } from 'vitest';
import { makeCertificate, type TestCertificate } from '../../../test/harness/certificate.ts';
import { scratchFolder } from '../../../test/harness/scratch-folder.ts';
import { Connection } from './connection.ts';

const folder = scratchFolder('tls');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const ours = makeCertificate(folder, 'ours');
const stranger = makeCertificate(folder, 'stranger');

let server: Server | undefined;
/** What clients have said inside the connection, bytes. */
let heard = 0;
afterEach(() => void server?.close());

/** Takes every login, behind a certificate, or without TLS. */
async function broker(certificate: TestCertificate | null): Promise<string> {
  heard = 0;
  const take = (socket: import('node:net').Socket): void => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      heard += bytes.length;
      if (certificate === null) socket.end('220 mail.example.com\r\n');
      else socket.write(Buffer.of(0x20, 2, 0, 0)); // CONNACK, accepted
    });
  };
  server = certificate === null ? createPlainServer(take) : createServer(certificate, take);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `mqtts://127.0.0.1:${(server.address() as { port: number }).port}`;
}

function open(mqtt: string, ca?: string): Promise<Connection> {
  const credential: Credential = {
    agent: randomUUID(),
    project: 'QATAR-001',
    hub: 'https://127.0.0.1',
    mqtt,
    secret: 's'.repeat(43),
    hmac_key: 'k'.repeat(43),
    ...(ca === undefined ? {} : { ca }),
  };
  const will = { topic: 'will', payload: '{}' };
  const options = { credential, will, connectTimeoutMs: 3000, keepaliveS: 30, deadlineMs: 3000 };
  return Connection.open(options, () => undefined, new AbortController().signal);
}

test('a broker whose authority is pinned is believed (27)', async () => {
  const connection = await open(await broker(ours), ours.cert);
  connection.close();
  expect(heard).toBeGreaterThan(0);
});

test.each([
  ['of another authority than the pinned one', stranger, ours.cert, /comes from an authority that this agent does not/],
  [
    'of no known authority, with none pinned',
    stranger,
    undefined,
    /hub\.ca in the site file, or hearst-agent enrol --ca/,
  ],
  ['for another name', makeCertificate(folder, 'other', { lastByte: 9 }), null, /its certificate is for another name/],
  ['that has expired', makeCertificate(folder, 'old', { endsInMs: -1000 }), null, /its certificate has expired/],
] as const)('a certificate %s is refused with what to do, before anything is said (27)', async (_, shown, ca, why) => {
  const refused = await open(await broker(shown), ca === null ? shown.cert : ca).catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: 'ConnectionError', refused: true, message: expect.stringMatching(why) });
  expect(heard).toBe(0);
});

test('where no TLS is spoken it says so, and never falls back to plain text (27)', async () => {
  const refused = await open(await broker(null), ours.cert).catch((error: unknown) => error);
  expect(refused).toMatchObject({ refused: true, message: expect.stringMatching(/does not speak TLS/) });
});
