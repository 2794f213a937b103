import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ContainerFrame, decodeBody, decodeMessage } from '@hearst/protocol';
import pg from 'pg';
import { type CopyFormat, CopyIn, copyStatement, encodeRows } from '../copy.ts';
import { cpuOf } from '../cpu.ts';
import { Messages } from '../messages.ts';
import { serve } from '../worker.ts';

/** Plain `COPY` of the same batches, opened by the protocol's own code: one row per miner, one commit per poll. */
export interface CopyOptions {
  url: string;
  project: string;
  containers: number;
  perMessage: number;
  polls: number;
  connections: number;
}

export interface CopyRound {
  readings: number;
  ms: number;
  cpuUs: number;
}

const INTERVAL_S = 60;

serve<CopyOptions>(async ({ url, project, containers, perMessage, polls, connections }) => {
  const sender = { agent: randomUUID(), project, hmacKey: randomBytes(32) };
  const from = Date.now() - polls * INTERVAL_S * 1000;
  const messages = new Messages({ sender, containers, intervalS: INTERVAL_S, perMessage, lane: 'backlog', from });
  const clients = Array.from({ length: connections }, () => new pg.Client({ connectionString: url }));
  await Promise.all(clients.map((client) => client.connect()));

  const copy = (client: pg.Client, format: CopyFormat, chunks: Buffer[]): Promise<void> =>
    client.query(new CopyIn(copyStatement(format), chunks)).done;

  const timed = async (count: number, work: () => Promise<unknown>): Promise<CopyRound> => {
    const begun = performance.now();
    const { cpuUs } = await cpuOf(work);
    return { readings: count * messages.miners, ms: performance.now() - begun, cpuUs };
  };

  const tasks = {
    /** Polls from messages to committed rows, a poll at a time on each connection. */
    round: async ({ count, format }: { count: number; format: CopyFormat }): Promise<CopyRound> => {
      const all = Array.from({ length: count }, () => messages.next());
      await sleep(50);
      return timed(count, () =>
        Promise.all(
          clients.map(async (client) => {
            for (let poll = all.shift(); poll; poll = all.shift())
              await copy(client, format, encodeRows(poll.flatMap(framesOf), format));
          }),
        ),
      );
    },
    /** Rows that were turned to text beforehand, on one connection: what Postgres alone can take. */
    readyMade: async (count: number): Promise<CopyRound> => {
      const all = Array.from({ length: count }, () => encodeRows(messages.next().flatMap(framesOf), 'text'));
      await sleep(50);
      return timed(count, async () => {
        for (const chunks of all) await copy(clients[0] as pg.Client, 'text', chunks);
      });
    },
  };
  const close = async (): Promise<void> => {
    await Promise.all(clients.map((client) => client.end()));
  };
  return { tasks, close };
});

function framesOf(message: Buffer): ContainerFrame[] {
  return decodeMessage(message).flatMap(({ envelope, body }) => {
    const decoded = decodeBody(envelope, body);
    if (decoded.kind !== 'frames') return [];
    return decoded.frames.flatMap(({ frame }) => (frame.kind === 'container' ? [frame] : []));
  });
}
