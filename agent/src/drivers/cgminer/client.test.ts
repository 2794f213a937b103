import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { DeviceError, type DeviceErrorCode } from '../driver.ts';
import { CgminerClient } from './client.ts';
import { isWholeReply } from './reply.ts';
import { type Answer, FakeMiner } from './testing/fake-miner.ts';
import { dribble, pour } from './testing/hostile.ts';

const REQUEST = '{"command":"summary"}';
const REPLY = '{"STATUS":[{"STATUS":"S","Code":11,"Msg":"Summary"}],"SUMMARY":[{"GHS 5s":1.5}],"id":1}';
const DEADLINE_MS = 400;

let miner: FakeMiner | null = null;
afterEach(async () => {
  await miner?.stop();
  miner = null;
});

async function ask(answer: Answer, options: { signal?: AbortSignal; deadlineMs?: number } = {}): Promise<string> {
  miner = await FakeMiner.start(() => answer);
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  const client = new CgminerClient({ deadlineMs, connectTimeoutMs: deadlineMs }, isWholeReply);
  return await client.request(miner.address, REQUEST, options.signal);
}

async function codeOf(reply: Promise<unknown>): Promise<DeviceErrorCode> {
  const error = await reply.then(
    () => null,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(DeviceError);
  return (error as DeviceError).code;
}

const withoutNuls = (text: string): string => text.replaceAll('\0', '');
describe('a whole reply', () => {
  test.each<[string, Answer]>([
    ['one NUL and close', REPLY],
    ['two NULs', (socket) => socket.end(`${REPLY}\0\0`)],
    ['no NUL, close', (socket) => socket.end(REPLY)],
    ['NUL, left open', (socket) => socket.write(`${REPLY}\0`)],
    ['no NUL, left open', (socket) => socket.write(REPLY)],
    ['no NUL, line feed, left open', (socket) => socket.write(`${REPLY}\n`)],
    [
      'reset behind the last byte',
      (socket) => socket.write(REPLY, () => setTimeout(() => socket.resetAndDestroy(), 20)),
    ],
    [
      'in pieces',
      (socket) => {
        const pieces = REPLY.match(/.{1,17}/gs) ?? [];
        const next = (): void => {
          const piece = pieces.shift();
          if (piece === undefined) socket.end('\0');
          else socket.write(piece, () => setTimeout(next, 2));
        };
        next();
      },
    ],
  ])('%s', async (_name, answer) => {
    expect(withoutNuls(await ask(answer, { deadlineMs: 3000 })).trim()).toBe(REPLY);
  });

  test('the request arrives at once, whole, and is the only one of its connection', async () => {
    await ask(REPLY);
    expect(miner?.requests).toEqual([REQUEST]);
  });
});

describe('what a device may do instead', () => {
  test.each<[string, Answer, DeviceErrorCode]>([
    ['accepts and stays silent', () => {}, 'timeout'],
    ['closes at once', (socket) => socket.end(), 'closed'],
    ['resets at once', (socket) => socket.resetAndDestroy(), 'closed'],
    ['sends half and stays silent', (socket) => socket.write(REPLY.slice(0, 40)), 'timeout'],
    ['dribbles a byte at a time', dribble(REPLY, 50), 'timeout'],
    ['dribbles closing braces', dribble('}'.repeat(1000), 5), 'timeout'],
    ['sends without end', pour, 'too_large'],
  ])('%s', async (_name, answer, code) => {
    const began = performance.now();
    expect(await codeOf(ask(answer))).toBe(code);
    // Far above the deadline and far below "for ever": the bytes that trickle in do not move it.
    expect(performance.now() - began).toBeLessThan(DEADLINE_MS + 3000);
  });

  test('nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const { port } = server.address() as { port: number };
    await new Promise((closed) => server.close(closed));
    const client = new CgminerClient({ deadlineMs: 2000, connectTimeoutMs: 1000 }, isWholeReply);
    expect(await codeOf(client.request({ host: '127.0.0.1', port }, REQUEST))).toBe('refused');
  });

  test('a connect that is never answered ends at the connect timeout', async () => {
    const deaf = await startDeaf();
    try {
      const client = new CgminerClient({ deadlineMs: 60_000, connectTimeoutMs: 200 }, isWholeReply);
      const error = await client
        .request({ host: '127.0.0.1', port: deaf.port }, REQUEST)
        .catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'timeout', message: expect.stringContaining('no connection within 200 ms') });
    } finally {
      deaf.stop();
    }
  });

  test('an abort ends the wait, with the caller’s reason', async () => {
    const abort = new AbortController();
    const reply = ask(() => abort.abort(new Error('stopping')), { signal: abort.signal, deadlineMs: 60_000 });
    await expect(reply).rejects.toThrow('stopping');
  });
});

test('two requests to one device wait for one another; a failed one does not hold up the next', async () => {
  let asked = 0;
  let waiting = 0;
  let mostWaiting = 0;
  miner = await FakeMiner.start(() => (socket) => {
    const fail = asked++ === 0;
    mostWaiting = Math.max(mostWaiting, ++waiting);
    setTimeout(() => {
      waiting--;
      if (fail) socket.destroy();
      else socket.end(`${REPLY}\0`);
    }, 20);
  });
  const { address } = miner;
  const client = new CgminerClient({ deadlineMs: 5000, connectTimeoutMs: 2000 }, isWholeReply);
  const replies = await Promise.allSettled([1, 2, 3, 4].map(() => client.request(address, REQUEST)));
  expect(replies.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  expect(mostWaiting).toBe(1);
});

/**
 * A port that swallows every SYN: a process that listens, is stopped before it accepts anybody, and has its queue
 * filled, so that the system drops whatever asks to connect after that.
 */
async function startDeaf(): Promise<{ port: number; stop: () => void }> {
  const script = `const s = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 },
    () => { require('node:fs').writeSync(1, s.address().port + '\\n'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); });`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line.toString());
  const fillers = Array.from({ length: 4 }, () => connect({ host: '127.0.0.1', port }).on('error', () => {}));
  await Promise.all(fillers.slice(0, 2).map((filler) => once(filler, 'connect')));
  return {
    port,
    stop: () => {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
    },
  };
}
