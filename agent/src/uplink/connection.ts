import type { Credential } from '@hearst/protocol';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { tlsTrouble } from '../tls-trouble.ts';

export interface ConnectionOptions {
  credential: Credential;
  will: { topic: string; payload: string };
  connectTimeoutMs: number;
  keepaliveS: number;
  /** How long a publish or a subscription may wait for the broker's answer. */
  deadlineMs: number;
}

/** Why a connection could not be made or ended, in words for the technician. */
export class ConnectionError extends Error {
  override name = 'ConnectionError';
  /** Turned away at the door (CONNACK 4 or 5), or turned away itself from a stranger (TLS): trying again helps only when somebody does something. */
  readonly refused: boolean;

  constructor(message: string, refused = false, cause?: unknown) {
    super(message, { cause });
    this.refused = refused;
  }
}

/**
 * One MQTT 3.1.1 connection, one client object, never used again once it broke: mqtt.js stops reconnecting
 * for good after a CONNACK with an error, resends refused publishes before anything else and leaves publish
 * promises pending after a close. So it reconnects nothing here, stores nothing, and every wait has a deadline.
 */
export class Connection {
  readonly #client: MqttClient;
  readonly #deadlineMs: number;
  /** Settles with the reason when the connection is gone. */
  readonly closed: Promise<string>;
  #reason: string | undefined;
  /** Those who wait for the broker's answer (not `closed.then`: that would grow with every publish). */
  readonly #waiting = new Set<(reason: string) => void>();

  private constructor(client: MqttClient, deadlineMs: number) {
    this.#client = client;
    this.#deadlineMs = deadlineMs;
    client.on('error', (error) => {
      this.#reason ??= error.message;
    });
    this.closed = new Promise((resolve) => {
      client.once('close', () => {
        this.#reason ??= 'the broker or the network closed the connection';
        client.end(true);
        for (const tell of this.#waiting) tell(this.#reason);
        resolve(this.#reason);
      });
    });
  }

  /** Connects, or throws a `ConnectionError`. `onMessage` is in place before the first message can come. */
  static async open(
    options: ConnectionOptions,
    onMessage: (topic: string, payload: Buffer) => void,
    signal: AbortSignal,
  ): Promise<Connection> {
    const { credential, will } = options;
    const settings: IClientOptions = {
      protocolVersion: 4,
      clean: true,
      clientId: credential.agent,
      username: credential.agent,
      password: credential.secret,
      reconnectPeriod: 0,
      connectTimeout: options.connectTimeoutMs,
      keepalive: options.keepaliveS,
      resubscribe: false,
      queueQoSZero: false,
      // Else mqtt.js makes 65,536 buffers at the start, one for every packet id: 8 MB.
      writeCache: false,
      will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true },
      ...(credential.ca === undefined ? {} : { ca: credential.ca }),
    };
    const client = connect(credential.mqtt, settings);
    client.on('message', onMessage);
    const connection = new Connection(client, options.deadlineMs);
    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        client.once('connect', () => resolve());
        client.once('error', (error) => reject(explain(error, credential)));
        void connection.closed.then((reason) => reject(new ConnectionError(`${credential.mqtt}: ${reason}`)));
        // mqtt.js has its own timeout; this one holds even if that never fires.
        timer = setTimeout(
          () => reject(new ConnectionError(`${credential.mqtt}: no answer within ${options.connectTimeoutMs} ms`)),
          options.connectTimeoutMs + 1000,
        );
        onAbort = () => reject(new ConnectionError('stopped'));
        signal.addEventListener('abort', onAbort, { once: true });
        if (signal.aborted) onAbort();
      });
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    } finally {
      clearTimeout(timer);
      if (onAbort) signal.removeEventListener('abort', onAbort);
    }
  }

  async subscribe(filters: string[]): Promise<void> {
    const granted = await this.#within('subscribe', this.#client.subscribeAsync(filters, { qos: 1 }));
    const refused = granted.filter((grant) => grant.qos >= 128).map((grant) => grant.topic);
    if (refused.length > 0)
      throw new ConnectionError(`the broker refuses the subscription ${refused.join(', ')}`, true);
  }

  /** Resolves when the broker has taken the message (QoS 1). That frees a transport slot and nothing more. */
  async publish(topic: string, payload: string | Buffer, retain = false): Promise<void> {
    await this.#within(`publish on ${topic}`, this.#client.publishAsync(topic, payload, { qos: 1, retain }));
  }

  /** Cuts the connection; `closed` settles. Idempotent. */
  close(reason = 'closed by this agent'): void {
    this.#reason ??= reason;
    this.#client.end(true);
    this.#client.stream?.destroy();
  }

  /** Says goodbye (no last will) and closes. */
  async end(): Promise<void> {
    this.#reason ??= 'closed by this agent';
    await this.#within('disconnect', this.#client.endAsync()).catch(() => this.close());
  }

  /** An answer that does not come within the deadline means the connection is dead: it is cut. */
  async #within<T>(what: string, answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    let tell: ((reason: string) => void) | undefined;
    const failed = new Promise<never>((_, reject) => {
      tell = (reason) => reject(new ConnectionError(`${what}: ${reason}`));
      this.#waiting.add(tell);
      timer = setTimeout(() => {
        const reason = `no answer from the broker within ${this.#deadlineMs} ms`;
        tell?.(reason);
        this.close(`${what}: ${reason}`);
      }, this.#deadlineMs);
    });
    try {
      return await Promise.race([answer, failed]);
    } finally {
      clearTimeout(timer);
      if (tell) this.#waiting.delete(tell);
    }
  }
}

function explain(error: Error & { code?: unknown }, credential: Credential): ConnectionError {
  if (error.code === 4 || error.code === 5) {
    return new ConnectionError(
      `${credential.mqtt} refuses this agent's login (CONNACK ${error.code}): the credential was revoked or belongs ` +
        'to another hub. Enrol this agent again: hearst-agent enrol --hub URL --token TOKEN',
      true,
      error,
    );
  }
  const trouble = tlsTrouble(error);
  if (trouble !== null)
    return new ConnectionError(`${credential.mqtt}: ${trouble.what} (${error.message}). ${trouble.next}.`, true, error);
  return new ConnectionError(`${credential.mqtt}: ${error.message}`, false, error);
}
