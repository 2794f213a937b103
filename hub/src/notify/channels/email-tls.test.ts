import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate, type TestCertificate } from '../../../../test/harness/certificate.ts';
import { temporaryFolder } from '../../../../test/harness/temporary-folder.ts';
import { messageOf } from '../message-samples.ts';
import { safePost } from '../safe-fetch.ts';
import { START } from '../testing.ts';
import { SERVICES } from './channel.ts';
import { email } from './email.ts';

const known = getCACertificates('default');
const folder = temporaryFolder('mail');
let certificate: TestCertificate;
let server: SMTPServer | undefined;
/** How each mail came: by TLS or not, as whom. */
const taken: { secure: boolean; user: unknown }[] = [];

beforeAll(() => {
  certificate = makeCertificate(folder.path);
});
afterAll(() => {
  setDefaultCACertificates(known);
  folder[Symbol.dispose]();
});
afterEach(async () => {
  taken.length = 0;
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
});

/** A mail server that wants a login and gives it only by TLS: from the start (`smtps`), or by STARTTLS. */
async function serve(protocol: 'smtp' | 'smtps'): Promise<string> {
  server = new SMTPServer({
    secure: protocol === 'smtps',
    cert: certificate.cert,
    key: certificate.key,
    onAuth: ({ username, password }, _session, done) =>
      username === 'hub' && password === 'p@ss' ? done(null, { user: username }) : done(new Error('wrong login')),
    onData(stream, session, done) {
      taken.push({ secure: session.secure, user: session.user });
      stream.resume().on('end', () => done());
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.server.address() as AddressInfo).port}`;
}

function send(url: string): Promise<unknown> {
  const message = messageOf(undefined, { recipient: 'ops@example.com' });
  return email.send(
    message,
    { recipients: ['ops@example.com'] },
    {},
    {
      signal: AbortSignal.timeout(5000),
      post: safePost({ allowLocal: false }),
      mail: { url, from: 'alerts@example.com' },
      services: SERVICES,
      now: START,
    },
  );
}

describe.each(['smtp', 'smtps'] as const)('a mail server by %s', (protocol) => {
  it('is believed by its certificate alone, and then told the login', async () => {
    const place = await serve(protocol);
    setDefaultCACertificates(known);
    await expect(send(`${protocol}://hub:p%40ss@${place}`)).rejects.toMatchObject({
      message: expect.stringContaining('certificate'),
      permanent: false,
    });
    expect(taken).toEqual([]);
    setDefaultCACertificates([...known, certificate.cert]);
    await send(`${protocol}://hub:p%40ss@${place}`);
    expect(taken).toEqual([{ secure: true, user: 'hub' }]);
  });

  it('that refuses the login may take the mail later', async () => {
    setDefaultCACertificates([...known, certificate.cert]);
    const attempt = send(`${protocol}://hub:canary@${await serve(protocol)}`);
    await expect(attempt).rejects.toMatchObject({ permanent: false, mayHaveArrived: false });
    await expect(attempt).rejects.not.toThrow(/canary/);
  });
});
