import type { z } from '@hono/zod-openapi';
import type { ChannelKind } from '../../db/schema.ts';
import type { Outgoing } from '../outgoing.ts';
import type { Post } from '../safe-fetch.ts';
import { SendError } from '../send-error.ts';

/** A kind of channel: what it is told by, and how it sends. */
export interface Channel extends Omit<Definition<unknown, unknown>, 'send'> {
  /** As `Definition.send`, given what the database holds. */
  send(message: Outgoing, config: unknown, secret: unknown, outside: Outside): Promise<Receipt>;
}

/** What each kind says of itself. */
interface Definition<Config, Secret> {
  readonly kind: ChannelKind;
  /** What everybody who manages the channel may read. */
  readonly config: z.ZodType<Config>;
  /** What is sealed, and never shown again. */
  readonly secret: z.ZodType<Secret>;
  /** Its fields' names. */
  readonly secretFields: readonly string[];
  /** Whether one message may be about several alerts. */
  readonly grouped: boolean;
  /** Whom a row is written for each of; `['']` where there is nobody to tell apart. */
  recipientsOf(config: unknown): readonly string[];
  /**
   * Sends a message; returns when the receiver has it.
   *
   * @returns what later messages of the thread need to refer to it, if anything
   * @throws {SendError} it was not confirmed
   */
  send(message: Outgoing, config: Config, secret: Secret, outside: Outside): Promise<Receipt>;
}

/** Makes a channel that reads its settings by its own schemas before it sends. */
export function channel<Config, Secret>(definition: Definition<Config, Secret>): Channel {
  const read = <T>(schema: z.ZodType<T>, stored: unknown): T => {
    const { data, error } = schema.safeParse(stored);
    if (error === undefined) return data as T;
    // The issues' messages quote no values.
    const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'settings'}: ${message}`);
    throw new SendError(`The channel's settings are not complete (${faults.join('; ')}). Enter them again.`);
  };
  return {
    ...definition,
    async send(message, config, secret, outside) {
      const settings = read(definition.config, config);
      return definition.send(message, settings, read(definition.secret, secret), outside);
    },
  };
}

export type Receipt = Readonly<Record<string, unknown>> | null;

/** The ways out of the hub, and until when one may be used. */
export interface Outside {
  /** Ends the attempt; every wait hears it. */
  readonly signal: AbortSignal;
  readonly post: Post;
  /** Null: the hub has none. */
  readonly mail: MailServer | null;
  /** Where the services stand; elsewhere only in tests. */
  readonly services: Services;
  /** ms since 1970 */
  readonly now: number;
}

export interface MailServer {
  /** `smtp://user:password@host:587` or `smtps://`. A secret. */
  readonly url: string;
  /** `Hearst Control <alerts@example.com>` */
  readonly from: string;
}

export interface Services {
  readonly telegram: string;
  readonly pagerduty: string;
}

export const SERVICES: Services = {
  telegram: 'https://api.telegram.org',
  pagerduty: 'https://events.pagerduty.com',
};

/** For a channel with one receiver. */
export const ONE_RECIPIENT: readonly string[] = [''];
