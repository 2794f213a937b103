import { setTimeout as sleep } from 'node:timers/promises';
import { type Ack, type Lane, topics } from '@hearst/protocol';
import { RuleBooks } from '../../../hub/src/alerts/rule-books.ts';
import { Database } from '../../../hub/src/db/client.ts';
import { Partitions } from '../../../hub/src/db/partitions.ts';
import { AgentRegistry } from '../../../hub/src/ingest/agents.ts';
import { Ingest } from '../../../hub/src/ingest/ingest.ts';
import { createLog } from '../../../hub/src/log.ts';
import { enrolRaw } from '../../harness/ingest-rig.ts';
import { cpuOf } from '../cpu.ts';
import { Messages } from '../messages.ts';
import { serve } from '../worker.ts';

/** The hub's ingest as it is, between prepared messages and acks that nobody reads. */
export interface IngestOptions {
  url: string;
  project: string;
  containers: number;
  perMessage: number;
  lane: Lane;
  /** How many polls there will be in all: they end now. */
  polls: number;
  connections: number;
  /** Meters too, so that what is stored is all that a site sends. */
  meters: boolean;
  /**
   * Live: one poll after the other, each when it is made, by a clock that goes along; with or without the alert rules.
   * Absent: all polls of a round at once, as a backlog comes.
   */
  live?: { readonly rules: boolean };
}

export interface IngestRound {
  /** Readings of miners. */
  readings: number;
  ms: number;
  cpuUs: number;
}

const INTERVAL_S = 60;
/** Messages given to ingest and not acknowledged: what the windows of a few agents allow. */
const UNDER_WAY = 16;

serve<IngestOptions>(async (options) => {
  const { url, project, containers, perMessage, lane, polls, connections, meters, live } = options;
  const log = createLog('silent');
  const database = await Database.open({ url, log, connections: { ingest: connections } });
  const sender = await enrolRaw(database, project);
  const from = Date.now() - polls * INTERVAL_S * 1000;
  const messages = new Messages({ sender, containers, intervalS: INTERVAL_S, perMessage, lane, from });
  let acked = 0;
  let heard: () => void = () => {};
  const ack = (_agent: string, { acked: ranges }: Ack): void => {
    for (const [first, last] of ranges) acked += last - first + 1;
    heard();
  };
  const agents = new AgentRegistry({ pool: database.ingest, keys: { decrypt: (sealed) => sealed } });
  const partitions = new Partitions(database.owner, { log });
  const send = { welcome: () => {}, ack };
  let clock = from;
  const ingest = new Ingest({
    ...{ pool: database.ingest, partitions, agents, hub: sender.agent, log, send },
    ...(live && { now: () => clock }),
    ...(live?.rules && { rules: new RuleBooks({ pool: database.ingest, log }) }),
  });
  await ingest.start();

  /** Gives messages as earlier ones are acknowledged; returns when all are. */
  const feed = async (all: readonly Buffer[], batches: number): Promise<void> => {
    const topic = topics.up(sender.agent, lane);
    const begun = acked;
    for (let i = 0; i < all.length || acked - begun < batches; ) {
      if (i < all.length && i * perMessage - (acked - begun) < UNDER_WAY * perMessage)
        ingest.receive(topic, all[i++] as Buffer);
      else await new Promise<void>((resolve) => (heard = resolve));
    }
  };

  const tasks = {
    round: async (count: number): Promise<IngestRound> => {
      const made = Array.from({ length: count }, () => ({ all: messages.next({ meters }), at: messages.at }));
      await sleep(50); // lets the garbage of making them go
      const batches = containers + (meters ? 1 : 0);
      const begun = performance.now();
      const { cpuUs } = await cpuOf(async () => {
        if (live) {
          for (const { all, at } of made) {
            clock = at;
            await feed(all, batches);
          }
        } else {
          const all = made.flatMap((poll) => poll.all);
          await feed(all, count * batches);
        }
        await ingest.flushStates();
      });
      const ms = performance.now() - begun;
      const { quarantined, duplicates, retries, noRoom, refused } = ingest.stats();
      if (quarantined + duplicates + noRoom + refused > 0)
        throw new Error(`not all was stored: ${JSON.stringify({ quarantined, duplicates, retries, noRoom, refused })}`);
      return { readings: count * messages.miners, ms, cpuUs };
    },
  };
  const close = async (): Promise<void> => {
    await ingest.stop();
    await partitions.stop();
    await database.close();
  };
  return { tasks, close };
});
