import { setTimeout as sleep } from 'node:timers/promises';
import { failpoint } from '@hearst/protocol';
import type pg from 'pg';
import type { RuleBook } from '../alerts/rule.ts';
import { withContext } from '../db/client.ts';
import {
  type ClaimedDelivery,
  claimDueDeliveries,
  markDelivered,
  markFailedAttempt,
  nextDeliveryAt,
} from '../db/queries/deliveries.ts';
import type { KeyFile } from '../keys.ts';
import type { Log } from '../log.ts';
import { type MailServer, type Receipt, SERVICES, type Services } from './channels/channel.ts';
import { CHANNELS } from './channels.ts';
import type { Payload } from './facts.ts';
import { outgoing } from './outgoing.ts';
import { oneLine, shortened } from './plain-text.ts';
import type { Post } from './safe-fetch.ts';
import { openSecret } from './secrets.ts';
import { SendError } from './send-error.ts';

export interface SenderOptions {
  /** Connections as hearst_ingest. */
  readonly pool: pg.Pool;
  readonly keys: KeyFile;
  readonly log: Log;
  /** ms since 1970 */
  readonly now: () => number;
  readonly post: Post;
  readonly mail: MailServer | null;
  readonly rules: RuleBook;
  readonly publicUrl: string | null;
  /** For tests: elsewhere than the services' own addresses, other waits, ms. */
  readonly services?: Services;
  readonly waits?: Partial<typeof WAITS>;
}

const WAITS = {
  /** One attempt takes no longer. */
  attemptMs: 15_000,
  /** By then whoever claimed a delivery is done with it, or dead. */
  claimMs: 45_000,
  /** Before the second attempt; doubled before each further one. */
  firstMs: 10_000,
  longestMs: 5 * 60_000,
  /** What was not delivered by then is given up. */
  giveUpMs: 24 * 3_600_000,
  /** How often to look for what nobody has said a word of. */
  lookMs: 5_000,
};
/** So many are on their way at once. */
const AT_ONCE = 8;
const ERROR_LENGTH = 500;

/**
 * Sends deliveries that are due. What holds:
 *
 * - a delivery is claimed, counted as an attempt and noted as begun before it is sent: of several hubs one sends it;
 * - it is delivered once the receiver has said so and that is committed. Whatever ends in between leaves it due again, after
 *   `claimMs` at the latest, under the same identity and marked as a possible repeat;
 * - of one thread at one recipient nothing overtakes what was said before;
 * - while the database is away nothing is claimed, and all goes on when it is back.
 */
export class Sender {
  readonly #options: SenderOptions;
  readonly #waits: typeof WAITS;
  readonly #ending = new AbortController();
  #waking = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #running: Promise<void> = Promise.resolve();

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#waits = { ...WAITS, ...options.waits };
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Ends attempts under way: whether they arrived is unknown then. */
  async stop(): Promise<void> {
    this.#ending.abort();
    this.wake();
    await this.#running;
    await Promise.all(this.#underWay);
  }

  /** Something may be due. */
  wake(): void {
    this.#waking.abort();
  }

  async #run(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      // Made before looking, so that whoever wakes it meanwhile is heard.
      this.#waking = new AbortController();
      const waitMs = await this.#round().catch((error: Error) => {
        this.#options.log.warn({ reason: error.message }, 'messages cannot be sent now: the hub tries again');
        return this.#waits.lookMs;
      });
      const heard = AbortSignal.any([this.#waking.signal, this.#ending.signal]);
      await sleep(waitMs, undefined, { signal: heard }).catch(() => {});
    }
  }

  /** Begins to send what is due; how long nothing else will be, ms. */
  async #round(): Promise<number> {
    const free = AT_ONCE - this.#underWay.size;
    // The end of each wakes it.
    if (free === 0) return this.#waits.lookMs;
    const at = this.#options.now();
    const { claimed, nextAt } = await this.#claim(at, free);
    for (const delivery of claimed) this.#begin(delivery);
    return Math.min(this.#waits.lookMs, Math.max(0, +(nextAt ?? Number.POSITIVE_INFINITY) - at));
  }

  #claim(at: number, limit: number): Promise<{ claimed: ClaimedDelivery[]; nextAt: Date | null }> {
    const now = new Date(at);
    const again = new Date(at + this.#waits.claimMs);
    return withContext(this.#options.pool, { role: 'super_admin' }, async (client) => ({
      claimed: await claimDueDeliveries(client, { now, again, limit }),
      nextAt: await nextDeliveryAt(client, now),
    }));
  }

  #begin(delivery: ClaimedDelivery): void {
    const work = this.#deliver(delivery)
      .catch((error: Error) =>
        this.#options.log.warn(
          { delivery: delivery.delivery_id, reason: error.message },
          'what became of a message could not be stored: it will be sent again as a possible repeat',
        ),
      )
      .finally(() => {
        this.#underWay.delete(work);
        this.wake();
      });
    this.#underWay.add(work);
  }

  async #deliver(delivery: ClaimedDelivery): Promise<void> {
    const { log } = this.#options;
    const named = { delivery: delivery.delivery_id, project: delivery.project_id, channel: delivery.channel_id };
    failpoint('hub.delivery.claimed');
    try {
      const receipt = await this.#send(delivery);
      failpoint('hub.delivery.accepted');
      await this.#write(delivery, (client) => markDelivered(client, delivery, new Date(this.#options.now()), receipt));
      failpoint('hub.delivery.done');
      log.info({ event: 'delivered', ...named, attempts: delivery.attempts }, 'a message was delivered');
    } catch (error) {
      if (error instanceof SendError) await this.#failed(delivery, error);
      else throw error;
    }
  }

  /** Throws a `SendError`, whatever happened. */
  async #send(delivery: ClaimedDelivery): Promise<Receipt> {
    const { channel_kind: kind, enabled, config, secret } = delivery;
    if (kind === null) throw new SendError('There is no such channel any more.', { permanent: true });
    if (enabled === false && delivery.kind !== 'test')
      throw new SendError('The channel was switched off before this was sent.', { permanent: true });
    const { post, mail, keys, services = SERVICES, now } = this.#options;
    const signal = AbortSignal.any([AbortSignal.timeout(this.#waits.attemptMs), this.#ending.signal]);
    try {
      const outside = { signal, post, mail, services, now: now() };
      return await CHANNELS[kind].send(this.#messageOf(delivery), config, openSecret(keys, secret), outside);
    } catch (error) {
      if (error instanceof SendError) throw error;
      throw new SendError(`It could not be sent: ${(error as Error).message}`, { mayHaveArrived: true, cause: error });
    }
  }

  #messageOf(delivery: ClaimedDelivery) {
    const envelope = {
      id: delivery.delivery_id,
      recipient: delivery.recipient,
      createdAt: delivery.created_at,
      language: delivery.language,
      mayHaveArrived: delivery.may_have_arrived,
      threadReceipt: delivery.thread_receipt,
    };
    // As planning wrote it.
    return outgoing(delivery.payload as unknown as Payload, envelope, this.#options);
  }

  async #failed(delivery: ClaimedDelivery, error: SendError): Promise<void> {
    const { log, now } = this.#options;
    const { firstMs, longestMs, giveUpMs } = this.#waits;
    const waitMs = Math.min(longestMs, firstMs * 2 ** Math.min(delivery.attempts - 1, 20));
    const next = now() + waitMs;
    const isOver = error.permanent || next > +delivery.created_at + giveUpMs;
    const said = shortened(oneLine(error.message), ERROR_LENGTH);
    await this.#write(delivery, (client) =>
      markFailedAttempt(client, delivery, {
        error: said,
        next: isOver ? null : new Date(next),
        mayHaveArrived: error.mayHaveArrived || delivery.may_have_arrived,
      }),
    );
    const { delivery_id, project_id, channel_id, attempts } = delivery;
    const named = { delivery: delivery_id, project: project_id, channel: channel_id, attempts, reason: said };
    if (isOver) log.error(named, 'a message was given up: somebody has to look at the channel');
    else log.warn(named, 'a message was not delivered yet: the hub tries again');
  }

  #write(delivery: ClaimedDelivery, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    return withContext(this.#options.pool, { projectIds: [delivery.project_id] }, work);
  }
}
