import { connect, type Socket } from 'node:net';
import { z } from '@hono/zod-openapi';
import { createTransport } from 'nodemailer';
import { EMAIL, EMAIL_LENGTH } from '../../auth/email.ts';
import { isLoopback } from '../../config.ts';
import { deliveryIdOf } from '../delivery-id.ts';
import { htmlBody } from '../html-body.ts';
import type { Outgoing } from '../outgoing.ts';
import { oneLine, shortened } from '../plain-text.ts';
import { SendError } from '../send-error.ts';
import { textBody } from '../text-body.ts';
import { channel, type MailServer, ONE_RECIPIENT } from './channel.ts';

const Config = z.strictObject({
  recipients: z.array(z.string().max(EMAIL_LENGTH).regex(EMAIL)).min(1).max(50),
});
const Secret = z.strictObject({});

/** E-mail, one mail for each recipient, through the hub's mail server. */
export const email = channel({
  kind: 'email',
  config: Config,
  secret: Secret,
  secretFields: [],
  grouped: true,
  recipientsOf: (config) => Config.safeParse(config).data?.recipients ?? ONE_RECIPIENT,
  async send(message, _config, _secret, { mail, signal }) {
    if (mail === null) throw new SendError('The hub has no mail server: set HEARST_SMTP_URL and HEARST_MAIL_FROM.');
    const transport = createTransport({
      ...serverOf(mail),
      getSocket: socketUntil(signal, mail),
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      await transport.sendMail(mailOf(message, mail));
    } catch (error) {
      throw refusal(error as SmtpError, signal);
    } finally {
      transport.close();
    }
    return null;
  },
});

/** TLS from the start by `smtps`, else by STARTTLS; a password goes nowhere without it but within this machine. */
function serverOf({ url }: MailServer) {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const login = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  return {
    host: hostname,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && username !== '' && !isLoopback(hostname),
    ...(username === '' ? {} : { auth: login }),
  };
}

/** Connects by itself, so that the attempt ends when its time is up, in whatever state it is. */
function socketUntil(signal: AbortSignal, mail: MailServer) {
  return (_options: unknown, done: (error: Error | null, options?: { connection: Socket }) => void): void => {
    const { host, port } = serverOf(mail);
    const socket = connect({ host: host.replace(/^\[(.*)\]$/, '$1'), port });
    const abort = (): void => void socket.destroy(new Error('the mail server did not answer in time'));
    signal.addEventListener('abort', abort, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', abort));
    socket.once('error', done);
    socket.once('connect', () => {
      socket.off('error', done);
      done(null, { connection: socket });
    });
    if (signal.aborted) abort();
  };
}

function mailOf(message: Outgoing, { from }: MailServer) {
  const { recipient, subject, id, thread } = message;
  const domain = /@([^\s@<>]+)>?\s*$/.exec(from)?.[1] ?? 'hearst.invalid';
  const messageId = (delivery: string): string => `<${delivery}@${domain}>`;
  const first = deliveryIdOf(thread, recipient);
  return {
    from,
    to: [{ name: '', address: recipient }],
    subject,
    text: textBody(message),
    html: htmlBody(message),
    messageId: messageId(id),
    date: message.createdAt,
    ...(first === id ? {} : { inReplyTo: messageId(first), references: [messageId(first)] }),
    // Nobody's holiday notice is to answer it.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  };
}

/** What the library says of a failure: what the server answered, at which command. */
interface SmtpError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
}

/** Codes of failures before anything was handed over. */
const BEFORE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EDNS',
  'EAUTH',
  'ETLS',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

function refusal(error: SmtpError, signal: AbortSignal): SendError {
  const { responseCode, command, code = '' } = error;
  const said = shortened(oneLine(error.message), 300);
  const reason = signal.aborted ? 'it did not answer in time' : said;
  // A login or a sender that is refused is the hub's to mend; a recipient or a text will be refused again.
  const permanent = responseCode !== undefined && responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA');
  const mayHaveArrived = responseCode === undefined && !BEFORE.has(code);
  return new SendError(`The mail server did not take it: ${reason}`, { permanent, mayHaveArrived, cause: error });
}
