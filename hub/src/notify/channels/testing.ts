import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** What a receiver does with what it is sent. */
export type Behaviour = 'accept' | 'refuse' | 'gone' | 'hang' | 'die' | 'garbage' | 'redirect' | 'huge';
export const BEHAVIOURS: readonly Behaviour[] = [
  'accept',
  'refuse',
  'gone',
  'hang',
  'die',
  'garbage',
  'redirect',
  'huge',
];

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A receiver on 127.0.0.1 that does as it is told. For tests only. */
export interface Receiver {
  behaviour: Behaviour;
  readonly url: string;
  /** What it took and said so. */
  readonly accepted: Received[];
  close(): Promise<void>;
}

/** A web server that takes what is posted. */
export async function httpReceiver(answer = 'ok'): Promise<Receiver> {
  const accepted: Received[] = [];
  const server = createHttpServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const take = (text: string): void => {
      accepted.push({ path: request.url ?? '', headers: request.headers, body });
      response.end(text);
    };
    switch (receiver.behaviour) {
      case 'accept':
        return take(answer);
      case 'refuse':
        return response.writeHead(503).end('come\r\nback <later>');
      case 'gone':
        return response.writeHead(410).end('gone');
      case 'hang':
        return;
      case 'die':
        return request.socket.destroy();
      case 'garbage':
        return request.socket.end('\u0000\u0001 this is no HTTP \r\n\r\n');
      case 'redirect':
        return response.writeHead(307, { location: `${receiver.url}/elsewhere` }).end();
      case 'huge':
        accepted.push({ path: request.url ?? '', headers: request.headers, body });
        return endless(response);
    }
  });
  const port = await listen(server);
  const receiver: Receiver = {
    behaviour: 'accept',
    url: `http://127.0.0.1:${port}`,
    accepted,
    close: () => closed(server, () => server.closeAllConnections()),
  };
  return receiver;
}

/** A mail server: a real one where it speaks SMTP, a bare socket where it does not. */
export async function smtpReceiver(): Promise<Receiver> {
  const accepted: Received[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    onRcptTo: (_address, _session, done) =>
      receiver.behaviour === 'gone' ? done(smtpError(550, 'no such\r\nuser')) : done(),
    async onData(stream, session, done) {
      let body = '';
      for await (const chunk of stream) body += chunk;
      if (receiver.behaviour === 'refuse') return done(smtpError(451, 'try again later'));
      if (receiver.behaviour === 'hang') return;
      const path = session.envelope.rcptTo.map(({ address }) => address).join(',');
      accepted.push({ path, headers: {}, body });
      done(null, receiver.behaviour === 'huge' ? 'x'.repeat(400) : 'taken');
    },
  });
  smtp.on('error', () => {});
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const front = createTcpServer((socket) => {
    socket.on('error', () => {});
    if (receiver.behaviour === 'garbage') return socket.end('\u0000\u0001 HTTP/1.1 200 OK\r\n');
    if (receiver.behaviour === 'redirect') return socket.end('421 moved to elsewhere.example.com\r\n');
    if (receiver.behaviour === 'die') return socket.destroy();
    smtp.server.emit('connection', socket);
  });
  const port = await listen(front);
  const receiver: Receiver = {
    behaviour: 'accept',
    url: `smtp://127.0.0.1:${port}`,
    accepted,
    async close() {
      front.close();
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
    },
  };
  return receiver;
}

/** Writes until the reader has gone. */
function endless(response: ServerResponse): void {
  const chunk = 'x'.repeat(64 * 1024);
  const more = (): void => {
    if (!response.destroyed) response.write(chunk, () => setImmediate(more));
  };
  response.on('error', () => {});
  more();
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return (server.address() as AddressInfo).port;
}

async function closed(server: Server, hurry: () => void): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  hurry();
  await done;
}
